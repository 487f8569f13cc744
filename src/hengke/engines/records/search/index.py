"""placeholder"""
from __future__ import annotations
from typing import Any
def index_records(record: Any, ids: Any) -> None: ...
