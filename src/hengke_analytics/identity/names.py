"""How two names relate: the same, one a short form of the other, a slip of the pen, or different."""

from __future__ import annotations

import re
from enum import IntEnum

from rapidfuzz.distance import Levenshtein

from hengke_analytics.identity.normalise import NameParts, trade_words
from hengke_analytics.identity.regions import ALIASES, province_short

_BRANCH = re.compile(r"(?:分公司|分厂|分院|分店|支行|分行|分局|支公司|营业部)$")


class Relation(IntEnum):
    """Levels of the name comparison, from nothing in common to the same name."""

    DIFFERENT = 0
    GAPPED = 1  # 皖能 in 安徽省能源: the characters in order, with gaps
    NEAR = 2  # a slip inside a short core, or one name goes on where the other ends: may well be strangers
    SLIP = 3  # a character missing, doubled or swapped where it does no harm
    CORE = 4  # the short name is just the core name
    SHORT = 5  # core and a part of the trade: 中科食 of 中科食品
    STEM = 6  # same core and trade
    SAME = 7  # same core, trade and place


def relate(a: NameParts, b: NameParts) -> Relation:
    """The strongest relation that holds between two names; symmetric."""
    if not (a.stem and b.stem) or contradict(a, b):
        return Relation.DIFFERENT
    if a.stem == b.stem:
        return Relation.SAME if a.region == b.region else Relation.STEM
    if a.former == b.stem or b.former == a.stem:
        return Relation.STEM
    short, long = (a, b) if (len(a.stem), a.stem) < (len(b.stem), b.stem) else (b, a)
    found = _shortened(short, long)
    if found > Relation.NEAR:
        return found
    return max(
        found, _slip(short, long), _slip_before(a, b), _slip_in_short(short, long), _gapped(short, long)
    )


def contradict(a: NameParts, b: NameParts) -> bool:
    """Numbers or branches that tell two institutions apart: 第一医院 and 第二医院, 合肥分公司 and
    芜湖分公司."""
    if a.ordinals != b.ordinals and a.ordinals and b.ordinals:
        return True
    if a.ordinals != b.ordinals and (a.complete == b.complete):
        return True
    return a.branch != b.branch and bool(_BRANCH.search(a.branch) and _BRANCH.search(b.branch))


def _shortened(short: NameParts, long: NameParts) -> Relation:
    stem, whole = short.stem, long.stem
    placed = bool(short.region.short) and long.body.startswith(short.body)
    if not (placed or whole.startswith(stem)):
        return Relation.DIFFERENT
    missing = len(whole) - len(stem)
    if short.complete and missing == 1 and long.trade:
        return Relation.SLIP
    if short.complete and long.complete:
        return Relation.NEAR
    if len(stem) < len(long.core) and missing > 1:
        return Relation.GAPPED
    if len(stem) <= 2 or stem == long.core:
        return Relation.CORE
    return Relation.SHORT


def _slip(short: NameParts, long: NameParts) -> Relation:
    if len(short.stem) < 3:
        return Relation.DIFFERENT
    distance = Levenshtein.distance(short.stem, long.stem, score_cutoff=2)
    if distance == 1:
        return _one_edit(short, long)
    if distance == 2:
        return _two_edits(short, long)
    return Relation.DIFFERENT


def _one_edit(short: NameParts, long: NameParts) -> Relation:
    at = next(
        (i for i, (x, y) in enumerate(zip(short.stem, long.stem, strict=False)) if x != y), len(short.stem)
    )
    core = len(long.core)
    if len(short.stem) < len(long.stem):  # a character left out
        return Relation.NEAR if at < core == 3 else Relation.SLIP
    if not (short.trade or long.trade):  # where the core ends is not known
        return Relation.SLIP if at >= 4 else Relation.NEAR
    core = max(len(p.core) for p in (short, long) if p.trade)
    if at >= core:  # a substitution in the trade: a slip unless both are trades of their own
        words = trade_words()
        return Relation.DIFFERENT if short.trade in words and long.trade in words else Relation.SLIP
    return Relation.SLIP if core >= 4 else Relation.NEAR


def _two_edits(short: NameParts, long: NameParts) -> Relation:
    if sorted(short.stem) == sorted(long.stem):  # two neighbours swapped
        return Relation.SLIP if len(short.stem) >= 4 else Relation.NEAR
    same_core = short.core == long.core and short.trade and long.trade
    if same_core and short.trade in trade_words() and long.trade in trade_words():
        return Relation.DIFFERENT
    return Relation.NEAR if len(short.stem) >= 6 else Relation.DIFFERENT


def _slip_before(a: NameParts, b: NameParts) -> Relation:
    """A slip in the region, which then could not be read: 充市伟瑞铝塑 for 南充市伟瑞铝塑."""
    if min(len(a.head), len(b.head)) < 6:
        return Relation.DIFFERENT
    both_read = a.region.short and b.region.short
    if both_read and (a.region != b.region or Levenshtein.distance(a.stem, b.stem, score_cutoff=2) <= 2):
        return Relation.DIFFERENT  # the regions are what they are, and the stems were compared already
    distance = Levenshtein.distance(a.head, b.head, score_cutoff=2)
    swapped = distance == 2 and sorted(a.head) == sorted(b.head)
    return Relation.SLIP if distance == 1 or swapped else Relation.DIFFERENT


def _slip_in_short(short: NameParts, long: NameParts) -> Relation:
    """A slip in a short form, or in the part of the full name that it covers: 众信实业光 and 众实业光电厂."""
    size = len(short.stem)
    if short.complete or size < 4:
        return Relation.DIFFERENT
    near = any(
        Levenshtein.distance(short.stem, long.stem[: size + more], score_cutoff=1) <= 1 for more in (-1, 0, 1)
    )
    return Relation.NEAR if near else Relation.DIFFERENT


def _gapped(short: NameParts, long: NameParts) -> Relation:
    """Only a short form without legal form may leave out characters in the middle."""
    if short.complete or not 2 <= len(short.stem) <= 6 or len(long.stem) < len(short.stem) + 1:
        return Relation.DIFFERENT
    for form in spellings(short):
        if form[0] in (long.body[:1], long.stem[:1]) and is_gapped(form, long.body):
            return Relation.GAPPED
    return Relation.GAPPED if len(short.stem) >= 3 and short.stem in long.stem else Relation.DIFFERENT


def spellings(parts: NameParts) -> tuple[str, ...]:
    """The body, and with a province's alias written out: 皖能 -> 安徽能."""
    body = parts.body
    code = ALIASES.get(body[:1])
    return (body, province_short(code) + body[1:]) if code and len(body) > 1 else (body,)


def is_gapped(short: str, long: str) -> bool:
    """Whether the characters of `short` occur in `long` in order."""
    rest = iter(long)
    return all(char in rest for char in short)
