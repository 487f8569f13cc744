"""What a person may adjust, and the columns that sightings bring."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

SIGHTINGS = pa.schema(
    [
        ("row", pa.int64()), ("name", pa.string()), ("phone", pa.string()), ("address", pa.string()),
        ("contact", pa.string()), ("code", pa.string()), ("region", pa.string()), ("lines", pa.int64()),
        ("known", pa.int64()),
    ]
)  # fmt: skip
"""One row per distinct sighting; all but `row` and `name` may be absent or null; `lines` is its weight."""

DECISIONS = pa.schema([("left_row", pa.int64()), ("right_row", pa.int64()), ("verdict", pa.string())])
"""What people decided earlier: verdict 'same' or 'different'."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Bands and limits of a run."""

    automatic: float = 0.90
    """Pairs at or above are linked without asking."""
    review: float = 0.30
    """Pairs at or above, but below `automatic`, are shown to a person; the rest is distinct."""
    train: bool = True
    """Train the weights on the data at hand; else the declared ones are used."""
    min_training_pairs: int = 400
    """Fewer candidate pairs than this cannot teach anything: the declared weights are used."""
    max_training_pairs: int = 400_000
    max_pairs_per_name: int = 25
    """Candidate pairs that blocking may produce for each distinct name, on average."""
    max_block: int = 400
    """A blocking key held by more names than this is refined or left out."""
    max_review: int = 20_000
    """The review list keeps this many of its most probable pairs."""
