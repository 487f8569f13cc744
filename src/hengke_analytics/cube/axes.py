"""The axes of a grid: members as a tree, dates without gaps, everything in an order.

A path is a tuple of keys from the outermost field inwards, () for the total of all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hengke_analytics.cube.catalogue import Catalogue, Dimension
from hengke_analytics.cube.periods import calendar
from hengke_analytics.cube.question import Question

Path = tuple[Any, ...]
Size = Callable[[Path], Any]
MOST_FILLED = 4_000
REST = "\x00rest"
REST_NUMBER = -1_000_000_007
"""The key of what lies beyond the largest members, where keys are words and where they are numbers."""


@dataclass
class Node:
    """A member of an axis, in its place under those above it."""

    path: Path
    children: list[Node] = field(default_factory=list)

    @property
    def key(self) -> Any:
        return self.path[-1] if self.path else None

    @property
    def is_rest(self) -> bool:
        """Whether it stands for all that lie beyond the largest."""
        return self.key in (REST, REST_NUMBER)

    def walk(self) -> Iterator[Node]:
        """Itself and all below it, depth first."""
        yield self
        for child in self.children:
            yield from child.walk()


def tree(
    paths: Iterable[Path], question: Question, dimensions: Sequence[Dimension], catalogue: Catalogue
) -> Node:
    """The tree of an axis; dates without a fact stand in it too, so that nothing is skipped over time."""
    found = list(dict.fromkeys(paths))
    root = Node(())
    known: dict[Path, Node] = {(): root}
    for path in (*found, *_between(found, question, dimensions, catalogue)):
        for depth in range(1, len(path) + 1):
            if path[:depth] not in known:
                known[path[:depth]] = Node(path[:depth])
                known[path[: depth - 1]].children.append(known[path[:depth]])
    return root


def _between(
    paths: list[Path], question: Question, dimensions: Sequence[Dimension], catalogue: Catalogue
) -> list[Path]:
    """Every path of the axis with its dates replaced by each that the period has; none when these are too many."""
    places = [place for place, dimension in enumerate(dimensions) if dimension.is_date]
    if not places or not paths:
        return []
    dates = _dates(tuple(dimensions[place].name for place in places), question, catalogue)
    others = list(dict.fromkeys(_with(path, places, (None,) * len(places)) for path in paths))
    if len(dates) * len(others) > MOST_FILLED:
        return []
    return [_with(path, places, keys) for path in others for keys in dates]


def _dates(levels: tuple[str, ...], question: Question, catalogue: Catalogue) -> list[Path]:
    """The combinations of some date levels in the period that fit the filters."""
    wanted = [f for f in question.filters if catalogue.dimension(f.dimension).is_date]
    every = calendar((*levels, *(f.dimension for f in wanted)), question.period)
    fitting = (
        keys[: len(levels)]
        for keys in every
        if all((key in f.members) is not f.out for key, f in zip(keys[len(levels) :], wanted, strict=True))
    )
    return list(dict.fromkeys(fitting))


def _with(path: Path, places: Sequence[int], keys: Path) -> Path:
    at = dict(zip(places, keys, strict=True))
    return tuple(at.get(place, key) for place, key in enumerate(path))


def order(node: Node, dimensions: Sequence[Dimension], size: Size, sort: str = "") -> None:
    """Put the members in order: by `sort` ("name" or a value, "-" for downwards), the rest of the largest last.

    By default dates run on and the largest come first; what cannot be said comes after what can.
    """
    if not node.children:
        return
    own = dimensions[0].order
    by_name = sort.endswith("name") or (not sort and (dimensions[0].is_date or bool(own)))
    places = {key: place for place, key in enumerate(own)}
    node.children.sort(key=lambda child: _by_name(child.key, places))
    if by_name and sort.startswith("-"):
        node.children.reverse()
    if not by_name:
        sizes = {child.path: size(child.path) for child in node.children}
        sign = 1 if sort and not sort.startswith("-") else -1
        node.children.sort(key=lambda child: _after(sizes[child.path], sign))
    node.children.sort(key=lambda child: child.is_rest)
    for child in node.children:
        order(child, dimensions[1:], size, sort)


def _by_name(key: Any, places: Mapping[str, int]) -> tuple[bool, Any]:
    return key is None, 0 if key is None else places.get(key, key)


def _after(size: Any, sign: int) -> tuple[bool, Any]:
    return size is None, 0 if size is None else size * sign
