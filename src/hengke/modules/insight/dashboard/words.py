"""How amounts of the chosen basis are written: money in 万元, 台件 as whole numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hengke.engines.charts import grouped
from hengke.engines.charts.svg import Number

WAN = Decimal(10_000)


@dataclass(frozen=True)
class Words:
    """Formats for one basis."""

    basis: str
    in_yuan: bool = False

    def fitting(self, largest: Number) -> Words:
        """The same words in yuan when nothing reaches 万: 0.06 tells less than 600."""
        return replace(self, in_yuan=self.basis != "lines" and abs(Decimal(str(largest))) < WAN)

    @property
    def label(self) -> str:
        """The basis in words."""
        return basis_name(self.basis)

    @property
    def unit(self) -> str:
        """What `short` counts in."""
        if self.basis == "lines":
            return pgettext("unit", "instruments")
        return _("yuan") if self.in_yuan else _("10k yuan")

    def short(self, value: Number) -> str:
        """A number for axes and tables, in `unit`: 41 / 4.1 / 0.41."""
        if self.basis == "lines" or self.in_yuan:
            return grouped(value)
        wan = Decimal(str(value)) / WAN
        return grouped(wan, 0 if abs(wan) >= 1_000 else 1 if abs(wan) >= 10 or not wan else 2)

    def axis(self, value: Number) -> str:
        """A round number beside an axis: 40, 2.5."""
        if self.basis == "lines" or self.in_yuan:
            return grouped(value)
        wan = Decimal(str(value)) / WAN
        return grouped(wan, 0 if wan == wan.to_integral_value() else 1)

    def full(self, value: Number) -> str:
        """A number with its unit, for sentences."""
        return f"{self.short(value)} {self.unit}"


def basis_name(basis: str) -> str:
    names = {
        "billed": _("Billed"),
        "received": _("Received"),
        "lines": _("Instruments submitted"),
        "margin": _("Margin"),
    }
    return names[basis]


def tier_name(tier: str) -> str:
    """The word for a tier of the pyramid."""
    names = {
        "vip": _("VIP"),
        "major": _("Major"),
        "regular": _("Regular"),
        "small": pgettext("tier", "Small"),
    }
    return names[tier]
