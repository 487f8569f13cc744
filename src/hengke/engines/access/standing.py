"""Where a person stands: further roles, teams, territories, absences and shares, kept per process and stamp."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from hengke.kernel import clock
from hengke.kernel.filters import NOTHING, And, Filter, Or, from_json

if TYPE_CHECKING:
    from hengke.engines.access.models import User

# Of one person; a share is an exception, whoever needs thousands needs a territory.
MAX_SHARES = 500
KEPT = 5_000


@dataclass(frozen=True)
class Standing:
    """What rights depend on beyond the person's own row; equal standings give equal rights."""

    stamp: int = 0
    roles: tuple[str, ...] = ()
    mates: tuple[int, ...] = ()
    territory: Filter = NOTHING
    absent: tuple[tuple[int, str], ...] = ()
    # (subject, level, keys)
    shares: tuple[tuple[str, str, tuple[int, ...]], ...] = ()


NOWHERE = Standing()


@dataclass
class _Kept:
    standing: Standing
    stamp: int
    until: datetime = field(default_factory=clock.now)


_kept: dict[int, _Kept] = {}


def of(user: User, stamp: int) -> Standing:
    """The standing under a stamp; five queries the first time a process asks, none after that."""
    if not stamp:
        return NOWHERE
    known = _kept.get(user.pk)
    if known is None or known.stamp != stamp or known.until <= clock.now():
        if len(_kept) >= KEPT:
            _kept.clear()
        _kept[user.pk] = known = _read([user.pk], stamp)[user.pk]
    return known.standing


def of_many(ids: Sequence[int], stamp: int) -> dict[int, Standing]:
    """Standings of several people in five queries together."""
    return {pk: known.standing for pk, known in _read(ids, stamp).items()}


def _read(ids: Sequence[int], stamp: int) -> dict[int, _Kept]:
    now = clock.now()
    roles, mates, territories = _roles(ids), _mates(ids), _territories(ids)
    absent, shares = _absences(ids), _shares(ids, now)
    # Absences begin and end with a day, shares at any moment.
    midnight = datetime.combine(clock.today() + timedelta(days=1), time(), clock.CHINA)
    return {
        pk: _Kept(
            Standing(
                stamp, tuple(roles.get(pk, ())), tuple(sorted(mates.get(pk, ()))), territories.get(pk, NOTHING),
                tuple(absent.get(pk, ())), _grouped(shares.get(pk, ())),
            ),
            stamp,
            min([midnight, *(until for *_rest, until in shares.get(pk, ()) if until)]),
        )
        for pk in ids
    }  # fmt: skip


def _roles(ids: Sequence[int]) -> dict[int, list[str]]:
    from hengke.engines.access.rows import RoleHolding

    return _collected(RoleHolding.objects.filter(user__in=ids).order_by("pk").values_list("user_id", "role"))


def _mates(ids: Sequence[int]) -> dict[int, set[int]]:
    """Everybody in a team of each person, the person included."""
    from hengke.engines.access.rows import Team

    through: Any = Team.members.through
    mine = through.objects.filter(user__in=ids).values("team_id")
    teams: dict[int, set[int]] = {}
    for team, user in through.objects.filter(team__in=mine).values_list("team_id", "user_id"):
        teams.setdefault(team, set()).add(user)
    return {pk: set().union(*(t for t in teams.values() if pk in t)) for pk in ids}


def _territories(ids: Sequence[int]) -> dict[int, Filter]:
    """What the territories of each person cover: a child narrows its parent."""
    from hengke.engines.access.rows import Territory

    through: Any = Territory.members.through
    held = _collected(through.objects.filter(user__in=ids).values_list("user_id", "territory_id"))
    if not held:
        return {}
    tree = {
        pk: (parent, where) for pk, parent, where in Territory.objects.values_list("pk", "parent_id", "where")
    }
    return {pk: Or(tuple(covered(tree, t) for t in territories)) for pk, territories in held.items()}


def covered(tree: Mapping[int, tuple[int | None, Any]], territory: int) -> Filter:
    """The filter of one territory with those of all above it; one without any filter covers nothing."""
    parts: list[Filter] = []
    seen: set[int] = set()
    at: int | None = territory
    while at is not None and at not in seen:
        seen.add(at)
        parent, where = tree[at]
        parts += [from_json(condition) for condition in where]
        at = parent
    return And(tuple(parts)) if parts else NOTHING


def _absences(ids: Sequence[int]) -> dict[int, list[tuple[int, str]]]:
    from hengke.engines.access.rows import Absence

    today = clock.today()
    rows = Absence.objects.filter(deputy__in=ids, first__lte=today, last__gte=today)
    found: dict[int, list[tuple[int, str]]] = {}
    for deputy, person, name in rows.order_by("person").values_list("deputy_id", "person_id", "person__name"):
        if (person, name) not in found.setdefault(deputy, []):
            found[deputy].append((person, name))
    return found


_Share = tuple[str, str, int, datetime | None]


def _shares(ids: Sequence[int], now: datetime) -> dict[int, list[_Share]]:
    from django.db.models import Q

    from hengke.engines.access.rows import Share

    rows = Share.objects.filter(Q(user__in=ids) | Q(team__members__in=ids)).filter(
        Q(until=None) | Q(until__gt=now)
    )
    found: dict[int, list[_Share]] = {}
    wanted = rows.values_list("user_id", "team__members", "subject", "level", "object_id", "until").order_by(
        "-pk"
    )
    for user, member, subject, level, key, until in wanted:
        taker = user or member
        if taker in ids and len(found.setdefault(taker, [])) < MAX_SHARES:
            found[taker].append((subject, level, key, until))
    return found


def _grouped(shares: Iterable[_Share]) -> tuple[tuple[str, str, tuple[int, ...]], ...]:
    keys: dict[tuple[str, str], set[int]] = {}
    for subject, level, key, _until in shares:
        keys.setdefault((subject, level), set()).add(key)
    return tuple((*pair, tuple(sorted(keys[pair]))) for pair in sorted(keys))


def _collected(pairs: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
