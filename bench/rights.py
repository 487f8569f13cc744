"""Customer list under every scope, 200,000 customers: CPU and p95 beside the same list seen whole.

python bench/rights.py [CUSTOMERS]

Forty account managers in ten units own the customers; one laboratory has lines of a fifth of them. The reference of
each ratio is the director's list in the same run.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import _records
from list import measure

UNITS, MANAGERS = 10, 40
WORDS = ({}, {"city": "芜湖市"}, {"sort": "name"})


def main() -> None:
    """Print one line per scope and list."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    _records.open_data(count)
    people = _people()
    print(f"{count:,} customers; target <= 20 ms CPU")
    whole = {}
    for name, user in people.items():
        client = _client(user)
        for words in WORDS:
            shown = " ".join(f"{key}={value}" for key, value in words.items()) or "no condition"
            answer = client.get("/customers", words)
            assert answer.status_code == 200, answer.content
            cpu, p95 = measure(lambda: client.get("/customers", words))  # noqa: B023
            whole.setdefault(shown, cpu)
            found = re.sub(r"<[^>]*>", "", answer.content.decode().partition('class="foot-bar"')[2])[
                1:30
            ].split()[0]
            print(
                f"  {name:<12} {shown:<14} {cpu:6.1f} ms CPU  p95 {p95:6.1f} ms  {cpu / whole[shown]:4.1f} x  {found}"
            )


def _client(user: object) -> object:
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return client


def _people() -> dict[str, object]:
    """One person per scope; owners, units and laboratory rows are written once."""
    from django.db import connection

    from hengke.engines.access import stamp, table
    from hengke.engines.access.models import OrgUnit, User
    from hengke.engines.access.rows import RoleRule, Team, Territory
    from hengke.engines.access.scopes import Grant, Scope
    from hengke.modules.customers.models import Customer, CustomerSummary

    root, _ = OrgUnit.objects.get_or_create(name="bench", kind="institution", parent=None)
    units = [
        OrgUnit.objects.get_or_create(name=f"dept {n}", kind="department", parent=root)[0]
        for n in range(UNITS)
    ]
    laboratory, _ = OrgUnit.objects.get_or_create(name="长度室", kind="laboratory", parent=root)
    managers = [_person(User, f"manager{n}", "own_own", units[n % UNITS]) for n in range(MANAGERS)]
    first = managers[0].pk
    if not Customer.objects.filter(owner=managers[0]).exists():
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE customers_customer SET owner_id = {first} + id % {MANAGERS},"
                f" unit_id = {units[0].pk} + (id % {MANAGERS}) % {UNITS}"
            )
        fifth = Customer.objects.filter(pk__in=Customer.objects.values("pk")).extra(where=["id % 5 = 0"])
        CustomerSummary.objects.bulk_create(
            [
                CustomerSummary(customer_id=pk, laboratory="长度室")
                for pk in fifth.values_list("pk", flat=True)
            ],
            batch_size=40,
            ignore_conflicts=True,
        )
    Team.objects.get_or_create(name="bench")[0].members.set(managers[:5])
    territory, _ = Territory.objects.get_or_create(
        name="bench", defaults={"where": [["city", "eq", "芜湖市"]]}
    )
    found = {"all": _records.person()}
    for scope in (Scope.OWN, Scope.TEAM, Scope.SUBTREE, Scope.TERRITORY, Scope.LABORATORY):
        role = f"own_{scope.value}"
        grant = Grant(role, "customers.customer", frozenset({"view", "assign", "export"}), scope)
        RoleRule.objects.update_or_create(
            role=role, subject=grant.subject, defaults={"grants": [table.stored(grant)]}
        )
        at = laboratory if scope is Scope.LABORATORY else units[0]
        found[scope.value] = _person(User, f"bench-{scope.value}", role, at)
    found["own"] = managers[0]
    Team.objects.get(name="bench").members.add(found["team"])
    territory.members.set([found["territory"]])
    stamp.renew()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return found


def _person(model: type, name: str, role: str, unit: object) -> object:
    values = {"name": name, "role": role, "password": "!", "unit": unit}
    return model.objects.update_or_create(username=name, defaults=values)[0]


if __name__ == "__main__":
    main()
