"""What an administrator says of a formula or roll-up, checked and in its stored form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hengke.engines.access.actor import Actor
from hengke.engines.records.custom.formula import field as formulas
from hengke.engines.records.custom.rollup import HOWS, references_to, summable
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.kinds import Money
from hengke.kernel.errors import InputError
from hengke.kernel.filters import EVERYTHING, to_json

if TYPE_CHECKING:
    from hengke.engines.records.custom.services import Draft
    from hengke.engines.records.schema.declarations import RecordType

SEPARATOR = ":"
AVERAGE_DIGITS = 2


def worked_options(record: RecordType, draft: Draft) -> dict[str, Any]:
    """The options of a computed field; InputError says what is wrong with them."""
    return _formula(record, draft.options) if draft.kind == "formula" else _rollup(record, draft.options)


def _formula(record: RecordType, given: dict[str, Any]) -> dict[str, Any]:
    text, type_ = formulas.checked(record, str(given.get("text", "")))
    digits = int(given.get("digits") or 0)
    if not 0 <= digits <= 6:
        raise InputError("field_digits_range", "A number has between 0 and 6 decimals.")
    return {"text": text, "type": type_, "digits": digits if type_ == "number" else 0}


def _rollup(record: RecordType, given: dict[str, Any]) -> dict[str, Any]:
    slug, _colon, by = str(given.get("by", "")).partition(SEPARATOR)
    if (slug, by) not in {(other.slug, field.name) for other, field in references_to(record)}:
        raise InputError("rollup_by", "Choose which entries are reckoned together.")
    how = str(given.get("how", ""))
    if how not in HOWS:
        raise InputError("rollup_how", "Choose what is reckoned.")
    options = {"of": slug, "by": by, "how": how, "what": "", "type": "number", "digits": 0, "money": False}
    if how != "count":
        options |= _summed(registry.by_slug(slug), how, str(given.get("what", "")))
    return options | {"where": _where(registry.by_slug(slug), str(given.get("view", "")), given.get("where"))}


def _summed(of: RecordType, how: str, said: str) -> dict[str, Any]:
    """The field and what comes of it."""
    slug, _colon, name = said.partition(SEPARATOR)
    found = {field.name: (field, source) for field, source in summable(of)}
    if slug != of.slug or name not in found:
        raise InputError("rollup_what", "Choose a field of the entries that are reckoned together.")
    field, source = found[name]
    if source.type == "date" and how in ("sum", "avg"):
        raise InputError(
            "rollup_date", "Of dates there is an earliest and a latest, but no sum and no average."
        )
    digits = max(source.digits, AVERAGE_DIGITS) if how == "avg" else source.digits
    return {"what": name, "type": source.type, "digits": digits, "money": isinstance(field.kind, Money)}


def _where(of: RecordType, said: str, kept: Any) -> Any:
    """The condition of a view as it is now; what was chosen earlier stays unless another view is chosen."""
    from hengke.engines.records.reading.catalogue import Catalogue
    from hengke.engines.records.reading.listing import visible_views

    if not said:
        return None
    if said == "kept":
        return kept
    slug, _colon, key = said.partition(SEPARATOR)
    views = {view.key: view for view in visible_views(Catalogue(of, Actor.system()))}
    if slug != of.slug or key not in views:
        raise InputError("rollup_view", "Choose a view of the entries that are reckoned together.")
    where = views[key].where
    return None if where == EVERYTHING else to_json(where)
