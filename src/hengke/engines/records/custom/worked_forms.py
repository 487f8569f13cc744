"""The controls of formulas and roll-ups in the form of a field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from hengke.engines.access.actor import Actor
from hengke.engines.records.custom.formula import field as formulas
from hengke.engines.records.custom.rollup import references_to, summable
from hengke.engines.records.custom.worked import SEPARATOR
from hengke.engines.records.models import CustomField

if TYPE_CHECKING:
    from hengke.engines.records.schema.declarations import RecordType

NAMES = {"formula": ("text", "digits"), "rollup": ("by", "how", "what", "view", "where")}
_HOWS = (
    ("count", gettext_lazy("how many there are")), ("sum", pgettext_lazy("reckoned", "sum")),
    ("min", gettext_lazy("smallest or earliest")), ("max", gettext_lazy("largest or latest")),
    ("avg", pgettext_lazy("reckoned", "average")),
)  # fmt: skip


def controls(record: RecordType, kind: str, row: CustomField | None) -> dict[str, forms.Field]:
    """The controls of a kind; empty for one that people enter."""
    if kind == "formula":
        return _formula(record)
    return _rollup(record, row) if kind == "rollup" else {}


def initial(record: RecordType, row: CustomField) -> dict[str, Any]:
    """What the controls show of a stored definition."""
    options = row.options
    if row.kind == "formula":
        return {"text": formulas.in_words(record, options["text"])}
    if row.kind != "rollup":
        return {}
    what = f"{options['of']}{SEPARATOR}{options['what']}" if options.get("what") else ""
    return {"by": f"{options['of']}{SEPARATOR}{options['by']}", "what": what,
            "view": "kept" if options.get("where") else ""}  # fmt: skip


def _formula(record: RecordType) -> dict[str, forms.Field]:
    names = _(", ").join(f"[{label}]" for label in formulas.offered(record)[:80])
    return {
        "text": forms.CharField(
            label=_("Formula"), max_length=1_000,
            widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "class": "mono"}),
            help_text=_("For example [Price] * 1.13, or if(empty([Due]), \"none\", text(days(today(), [Due]))). "
                        "These fields can be named: %(names)s.") % {"names": names},
        ),
        "digits": forms.IntegerField(label=_("Decimals"), min_value=0, max_value=6, initial=2, required=False),
    }  # fmt: skip


def _rollup(record: RecordType, row: CustomField | None) -> dict[str, forms.Field]:
    from hengke.engines.records.reading.catalogue import Catalogue
    from hengke.engines.records.reading.listing import visible_views

    ways = references_to(record)
    others = {other.slug: other for other, _field in ways}.values()
    by = [
        (f"{other.slug}{SEPARATOR}{field.name}", f"{other.label_plural} · {field.label}")
        for other, field in ways
    ]
    what = [
        (f"{other.slug}{SEPARATOR}{field.name}", f"{other.label_plural} · {field.label}")
        for other in others
        for field, _source in summable(other)
    ]
    views = [
        (f"{other.slug}{SEPARATOR}{view.key}", f"{other.label_plural} · {view.label}")
        for other in others
        for view in visible_views(Catalogue(other, Actor.system()))
    ]
    kept = [("kept", _("as chosen before"))] if row is not None and row.options.get("where") else []
    return {
        "by": forms.ChoiceField(label=_("Which entries"), choices=by),
        "how": forms.ChoiceField(label=_("What is reckoned"), choices=_HOWS),
        "what": forms.ChoiceField(
            label=_("Over which field"), choices=[("", "–"), *what], required=False,
            help_text=_("Not needed for how many there are."),
        ),
        "view": forms.ChoiceField(
            label=_("Only those of the view"), choices=[("", _("all")), *kept, *views], required=False,
            help_text=_("The condition of the view as it is now. Everybody's figure is reckoned from the entries that "
                        "they may see."),
        ),
    }  # fmt: skip
