"""The address of a generated page, in a template."""

from __future__ import annotations

from typing import Any

from django import template

from hengke.engines.records.schema.addresses import address

register = template.Library()


@register.simple_tag
def record_url(record: Any, name: str, *args: Any) -> str:
    """`address` for a record type in hand."""
    return address(record.slug, name, *args)
