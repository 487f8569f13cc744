"""Propose which column of a table says what, from Chinese and English headers."""

from __future__ import annotations

import re
from collections.abc import Sequence

HEADERS: dict[str, tuple[str, ...]] = {
    "name": (
        "单位名称", "客户名称", "公司名称", "企业名称", "委托单位", "送检单位", "客户", "单位", "公司",
        "企业", "名称", "customer name", "company name", "customer", "company", "organisation",
        "organization", "client", "name",
    ),
    "phone": ("联系电话", "手机号码", "手机", "电话号码", "电话", "telephone", "mobile", "phone", "tel"),
    "address": ("单位地址", "通讯地址", "联系地址", "详细地址", "注册地址", "地址", "address"),
    "contact": ("联系人", "联系人姓名", "送检人", "经办人", "contact person", "contact name", "contact"),
    "code": (
        "统一社会信用代码", "社会信用代码", "信用代码", "税号", "纳税人识别号", "credit code", "uscc",
        "tax id", "code",
    ),
    "region": ("地区", "区域", "省市", "所在地", "城市", "region", "city", "province"),
}  # fmt: skip
"""Known headers per role, most telling first."""

_IDLE = re.compile(r"[\W_]+")


def propose(headers: Sequence[str]) -> dict[str, str]:
    """Role -> header: equal headers first, then headers that contain a known one; each header is used
    once."""
    plain = {header: _plain(header) for header in headers}
    chosen: dict[str, str] = {}
    for exact in (True, False):
        for role, known in HEADERS.items():
            if role not in chosen and (found := _first(plain, known, exact, set(chosen.values()))):
                chosen[role] = found
    return chosen


def _first(plain: dict[str, str], known: Sequence[str], exact: bool, used: set[str]) -> str:
    for word in map(_plain, known):
        for header, text in plain.items():
            if header not in used and (text == word or (not exact and len(word) > 1 and word in text)):
                return header
    return ""


def _plain(header: str) -> str:
    return _IDLE.sub("", header).casefold()
