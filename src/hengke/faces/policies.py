"""How far each role may carry data out, as shipped; administrators change it on the leak protection page."""

from __future__ import annotations

from hengke.engines.access.enums import Role
from hengke.engines.access.leaks.policy import Policy

POLICIES: dict[str, Policy] = {
    Role.DIRECTOR: Policy(),
    Role.ADMINISTRATOR: Policy(),
    Role.ACCOUNT_MANAGER: Policy(rows=5_000, rows_per_day=20_000, watermark=True),
    Role.LABORATORY_HEAD: Policy(rows=20_000, rows_per_day=60_000, watermark=True),
    Role.BUSINESS_DESK: Policy(rows=500, rows_per_day=1_000, reason=True, watermark=True),
}
