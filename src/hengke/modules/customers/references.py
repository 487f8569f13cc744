"""What becomes of everything that points at a customer when two customers turn out to be one.

Every foreign key to Customer must state its policy here, next to the model that has it (`declare`); a test fails on
one that does not. Custom fields that refer to customers are no foreign keys and always follow: the records engine
knows them (`records/custom/references.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from hengke.engines.records.writing import belongings


class Merge(Enum):
    """MOVE: rows follow the surviving customer. KEEP: they stay (history of the record itself). REBUILD: derived."""

    MOVE = "move"
    KEEP = "keep"
    REBUILD = "rebuild"


@dataclass(frozen=True)
class Reference:
    """`model` is a label such as "customers.contact", `field` the name of its foreign key to Customer."""

    model: str
    field: str
    merge: Merge
    exported: bool
    erased: bool


_registry: dict[tuple[str, str], Reference] = {}


def declare(model: str, field: str, merge: Merge, *, exported: bool = True, erased: bool = True) -> None:
    """State what happens to `model.field` on merge, un-merge, deletion, export of a customer's data and erasure."""
    _registry[(model.lower(), field)] = Reference(model.lower(), field, merge, exported, erased)
    if merge is not Merge.KEEP:
        belongings.declare("customers.customer", model, field)


def declared() -> list[Reference]:
    """Every reference, in the order of declaration."""
    return list(_registry.values())
