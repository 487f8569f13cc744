"""Sightings gathered into nodes: what may safely be taken as one party before anything is compared.

A node is one written name together with evidence that hangs together (a phone, an address or a contact in
common). One name therefore has several nodes when its evidence falls apart, so that a string that stands
for two customers can be decided per sighting. A sighting without evidence goes to the heaviest node of its
name.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pyarrow as pa

from hengke.kernel.errors import InputError
from hengke_analytics.identity.evidence import address_key, code_key, contact_key, phone_keys, spreads
from hengke_analytics.identity.normalise import NameParts, normalise, split_trade, trade_words
from hengke_analytics.identity.rarity import Rarity, learn_trades
from hengke_analytics.identity.settings import SIGHTINGS
from hengke_analytics.identity.unite import Unions


@dataclass(slots=True)
class Node:
    """One party as far as its name and evidence go."""

    name: str  # the spelling with most lines
    parts: NameParts
    text: int  # number of the cleaned name
    row: int  # smallest row of the heaviest spelling
    lines: int
    known: int | None
    phones: frozenset[str]
    addresses: frozenset[str]
    contacts: frozenset[str]
    surnames: frozenset[str]
    codes: frozenset[str]
    cities: frozenset[str]
    person: bool = False  # hands in for themselves: people share names

    @property
    def blank(self) -> bool:
        """Nothing but a name is known."""
        return not (self.phones or self.addresses or self.contacts or self.codes or self.known is not None)


@dataclass(frozen=True, slots=True)
class _Sighting:
    row: int
    name: str
    text: int
    lines: int
    known: int | None
    phones: tuple[str, ...]
    address: str
    city: str
    contact: str
    full_contact: bool
    code: str
    person: bool  # the contact is the customer

    def ties(self) -> list[str]:
        """What ties two sightings of one name together."""
        found = [*self.phones, self.address, self.contact if self.full_contact else "", self.code]
        return [tie for tie in found if tie]


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a whole collection tells about its parts."""

    spread: dict[str, int]
    rarity: Rarity
    trades: frozenset[str]


@dataclass(slots=True)
class Nodes:
    """All nodes, the node of each row, and how widely each piece of evidence is spread."""

    nodes: list[Node] = field(default_factory=list)
    node_of_row: dict[int, int] = field(default_factory=dict)
    spread: dict[str, int] = field(default_factory=dict)
    rarity: Rarity = field(default_factory=lambda: Rarity([]))
    trades: frozenset[str] = frozenset()


def gather(sightings: pa.Table, apart: frozenset[int] = frozenset(), learnt: Learnt | None = None) -> Nodes:
    """Nodes of a sightings table (columns of SIGHTINGS); rows in `apart` each become a node of their own.

    `learnt` says what the collection is like that these are a part of.
    """
    names, seen = _read(sightings)
    found = Nodes(trades=learnt.trades if learnt else learn_trades(names))
    names = _with_trades(names, found.trades)
    for group in _by_text(seen):
        nameless = not names[group[0].text].text
        for members in [[s] for s in group] if nameless else _hang_together(group, apart):
            number = len(found.nodes)
            found.nodes.append(_node(names[members[0].text], members))
            found.node_of_row.update((s.row, number) for s in members)
    heads = [(node, node.parts.stem[:2]) for node in found.nodes]
    found.spread = spreads((key, head) for n, head in heads for key in (*n.phones, *n.addresses, *n.contacts))
    if learnt is None:
        found.rarity = Rarity(names)
        return found
    found.rarity = learnt.rarity
    found.spread = {key: max(count, learnt.spread.get(key, 0)) for key, count in found.spread.items()}
    return found


def _read(table: pa.Table) -> tuple[list[NameParts], list[_Sighting]]:
    """The distinct cleaned names, and every sighting with its keys."""
    if missing := {"row", "name"} - set(table.column_names):
        raise InputError("identity-columns", "The sightings lack the column {column}.", column=min(missing))
    columns = {
        f.name: table[f.name].cast(f.type).to_pylist()
        if f.name in table.column_names
        else [None] * table.num_rows
        for f in SIGHTINGS
    }
    parts: list[NameParts] = []
    by_parts: dict[tuple[object, ...], int] = {}
    by_name: dict[str, int] = {}
    for name in dict.fromkeys(columns["name"]):
        taken = normalise(name or "")
        key = (taken.text, taken.region, taken.branch, taken.former)
        number = by_parts.setdefault(key, len(parts))
        if number == len(parts):
            parts.append(taken)
        by_name[name] = number
    seen = []
    for values in zip(*columns.values(), strict=True):
        number = by_name[values[1]]
        seen.append(_sighting(*values, text=number, cleaned=parts[number].text))
    return parts, seen


def _with_trades(names: list[NameParts], trades: frozenset[str]) -> list[NameParts]:
    """Cores cut again where the collection shows a trade that the packaged list lacks."""
    words = trade_words() | trades
    again = []
    for parts in names:
        core, trade = split_trade(parts.stem, words)
        wider = len(trade) > len(parts.trade) and len(core) >= 2
        again.append(replace(parts, core=core, trade=trade) if wider else parts)
    return again


def _sighting(
    row: int, name: str | None, phone: str | None, address: str | None, contact: str | None, code: str | None,
    region: str | None, lines: int | None, known: int | None, *, text: int, cleaned: str,
) -> _Sighting:  # fmt: skip
    city, street = address_key(address)
    who, full = contact_key(contact)
    city = city or address_key(region)[0]
    person = full and who == cleaned
    weight = 1 if lines is None else lines
    return _Sighting(
        row, name or "", text, weight, known, phone_keys(phone), street, city, who, full and not person,
        code_key(code), person,
    )  # fmt: skip


def _by_text(seen: list[_Sighting]) -> list[list[_Sighting]]:
    """Sightings per cleaned name, in an order that does not depend on the order of rows."""
    groups: dict[int, list[_Sighting]] = {}
    for sighting in seen:
        groups.setdefault(sighting.text, []).append(sighting)
    for group in groups.values():
        group.sort(key=lambda s: (s.name, s.phones, s.address, s.city, s.contact, s.code, s.row))
    return sorted(groups.values(), key=lambda group: group[0].name)


def _hang_together(group: list[_Sighting], apart: frozenset[int]) -> list[list[_Sighting]]:
    """Sightings of one name, parted where their evidence has nothing in common."""
    if len(group) == 1:
        return [group]
    united = Unions(len(group))
    first: dict[object, int] = {}
    several_codes = len({s.code for s in group if s.code}) > 1
    for i, sighting in enumerate(group):
        if sighting.row in apart:
            continue
        scope = (sighting.known, sighting.code if several_codes else "")  # evidence ties only within one
        for tie in sighting.ties():
            united.join(i, first.setdefault((tie, scope), i))
        if sighting.known is not None:
            united.join(i, first.setdefault(scope, i))
    members: dict[int, list[_Sighting]] = {}
    for i, sighting in enumerate(group):
        members.setdefault(united.find(i), []).append(sighting)
    return _place_blank(list(members.values()), apart)


def _place_blank(parts: list[list[_Sighting]], apart: frozenset[int]) -> list[list[_Sighting]]:
    """A sighting that says nothing but the name goes to the heaviest part."""
    blank = [p for p in parts if not p[0].ties() and p[0].known is None and p[0].row not in apart]
    telling = [p for p in parts if p[0].ties() or p[0].known is not None or p[0].row in apart]
    loose = [sighting for part in blank for sighting in part]
    if not loose:
        return telling
    free = [p for p in telling if p[0].row not in apart]
    if not free:
        return [*telling, loose]
    max(free, key=lambda p: sum(s.lines for s in p)).extend(loose)
    return telling


def _node(parts: NameParts, members: list[_Sighting]) -> Node:
    weight: dict[str, int] = {}
    for s in members:
        weight[s.name] = weight.get(s.name, 0) + s.lines
    name = max(weight, key=lambda n: (weight[n], n))
    return Node(
        name=name,
        parts=parts,
        text=members[0].text,
        row=min(s.row for s in members if s.name == name),
        lines=sum(weight.values()),
        known=next((s.known for s in members if s.known is not None), None),
        phones=frozenset(key for s in members for key in s.phones),
        addresses=frozenset(s.address for s in members if s.address),
        contacts=frozenset(s.contact for s in members if s.full_contact),
        surnames=frozenset(s.contact[0] for s in members if s.contact),
        codes=frozenset(s.code for s in members if s.code),
        cities=frozenset(s.city for s in members if len(s.city) == 4),
        person=any(s.person for s in members),
    )
