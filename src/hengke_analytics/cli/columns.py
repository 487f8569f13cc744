"""Which column of a plain file is the customer, the date and the amount, when nobody has said so."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse.ledger_fields import BY_NAME

_KNOWN = {role: BY_NAME[field].headers for role, field in (
    ("customer", "customer_name"), ("date", "submitted_on"), ("amount", "billed"), ("received", "received"),
    ("received_on", "received_on"), ("cost", "cost"),
)}  # fmt: skip
#: Beyond the words of ledgers: customer numbers before names, and the words of shops and exports.
HEADERS: dict[str, tuple[str, ...]] = {
    "customer": (
        "客户编号", "客户号", "客户代码", "customer_id", "customer no", "customer number",
        "client_id", "cust_id", *_KNOWN["customer"], "会员号", "user_id", "会员", "name",
    ),
    "date": (*_KNOWN["date"], "日期", "invoice_date", "date", "day", "开票日期", "transaction date", "时间"),
    "amount": (*_KNOWN["amount"], "销售额", "贡献", "sales", "revenue", "value", "contribution"),
    "received": _KNOWN["received"],
    "received_on": _KNOWN["received_on"],
    "cost": _KNOWN["cost"],
    "lines": ("台件", "台件数", "件数", "台数", "lines", "line count"),
}  # fmt: skip
REQUIRED = ("customer", "date", "amount")
_PRODUCT = (("quantity", "qty", "数量"), ("unit_price", "price", "单价"))
_NOISE = re.compile(r"[\W_]+|[(（].*?[)）]")


def choose(headers: Sequence[str], named: Mapping[str, str | None]) -> dict[str, tuple[str, ...]]:
    """Role -> one column, or the two columns of a product; what was named wins, the rest is proposed.

    InputError `column_unknown` for a name that is no header, `column_unclear` for a role without a column.
    """
    chosen = {role: _columns(text, headers) for role, text in named.items() if text}
    for role, words in HEADERS.items():
        found = recognised(headers, words)
        if role not in chosen and found and (found,) not in chosen.values():
            chosen[role] = (found,)
    if "amount" not in chosen and (pair := _product(headers)):
        chosen["amount"] = pair
    for role in REQUIRED:
        if role not in chosen:
            raise InputError(
                "column_unclear",
                "No column looks like the {role}: name it with --{role}. The columns are: {columns}.",
                role=role, columns=", ".join(headers),
            )  # fmt: skip
    return chosen


def header(text: str, headers: Sequence[str]) -> str:
    """The header that `text` names, in any case, width and spacing."""
    if text in headers:
        return text
    alike = [name for name in headers if _plain(name) == _plain(text)]
    if len(alike) != 1:
        raise InputError(
            "column_unknown", "There is no column {name}. The columns are: {columns}.",
            name=text, columns=", ".join(headers),
        )  # fmt: skip
    return alike[0]


def recognised(headers: Sequence[str], known: Sequence[str]) -> str | None:
    """The header that is the first of the known words."""
    plain = {_plain(name): name for name in reversed(headers)}
    return next((plain[word] for word in map(_plain, known) if word in plain), None)


def _columns(text: str, headers: Sequence[str]) -> tuple[str, ...]:
    factors = [text] if text in headers else text.split("*")
    if len(factors) > 2:
        raise InputError("product_too_long", "An amount is one column or the product of two.")
    return tuple(header(factor.strip(), headers) for factor in factors)


def _product(headers: Sequence[str]) -> tuple[str, ...] | None:
    factors = [recognised(headers, words) for words in _PRODUCT]
    return tuple(factor for factor in factors if factor) if all(factors) else None


def _plain(text: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", text).casefold())
