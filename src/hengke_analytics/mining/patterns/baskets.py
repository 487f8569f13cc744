"""Baskets: which items lie together, as pairs of codes. A basket is an order, or all that a customer bought."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hengke.kernel.errors import InputError

Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Baskets:
    """`basket[i]` holds `item[i]`, each pair once, by basket and then by item; codes point into the names."""

    basket: Codes
    item: Codes
    basket_names: pa.Array
    item_names: pa.Array

    @property
    def count(self) -> int:
        """Baskets that hold anything."""
        return len(self.basket_names)


def encode(baskets: pa.ChunkedArray, items: pa.ChunkedArray) -> Baskets:
    """Baskets of two columns of equal length; rows without a basket or an item hold nothing.

    InputError `no_baskets` when nothing is left.
    """
    usable = pc.and_(pc.is_valid(baskets), pc.is_valid(items))
    if not pc.all(usable).as_py():
        baskets, items = baskets.filter(usable), items.filter(usable)
    if not len(baskets):
        raise InputError("no_baskets", "No line has both a basket and an item.")
    basket_codes, basket_names = codes(baskets)
    item_codes, item_names = codes(items)
    basket, item = _pairs(basket_codes, item_codes, len(item_names))
    return Baskets(basket, item, basket_names, item_names)


def codes(column: pa.ChunkedArray) -> tuple[Codes, pa.Array]:
    """The place of every cell in the list of distinct ones, and that list in order of appearance."""
    encoded = (
        column.unify_dictionaries() if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    )
    array = encoded.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0)
    return array.indices.to_numpy().astype(np.int64), array.dictionary


def _pairs(basket: Codes, item: Codes, items: int) -> tuple[Codes, Codes]:
    keys = np.sort(basket * items + item)
    keys = keys[np.append(True, keys[1:] != keys[:-1])]
    return keys // items, keys % items
