"""The rights of the roles, as one table; docs/administrator shows the same table in words.

Sensitivities that a grant may hide: "money" (amounts), "tier" (rank within the whole institution), "institution"
(what all laboratories' lines tell together), "phone".
"""

from __future__ import annotations

from hengke.engines.access.enums import Role
from hengke.engines.access.grants import Grant, Scope

VIEW = frozenset({"view"})
READ = frozenset({"view", "export"})
WORK = frozenset({"view", "add", "change", "export", "share"})
# "assign" hands customers to another account manager and with them what that person may see: who keeps records
# up to date does not decide it.
FULL = frozenset(
    {"view", "add", "change", "delete", "export", "import", "merge", "assign", "share", "reveal"}
)

RECORDS = ("customers.customer", "customers.contact", "customers.instrument")
LINES = "insight.ledgerline"
ACTIVITIES = "activities.activity"
# Scores are made of all laboratories' lines, and their reasons speak of amounts.
SCORES = "insight.customerscore"
# Work lists likewise; who takes a customer must be able to change it.
WORK_ITEMS = ("insight.workitem", "insight.lossrecord", "insight.valueassessment", "insight.upgradeplan")
# What an administrator does, in the three parts that a larger institution gives to three people (三员).
SYSTEM_PAGES = ("access.user", "access.unit", "access.setting")
SECURITY_PAGES = ("access.role", "access.grant", "access.policy", "access.protection")
AUDIT_PAGES = ("access.audit",)


def _records(
    role: str, actions: frozenset[str], scope: Scope, hides: frozenset[str] = frozenset()
) -> list[Grant]:
    return [Grant(role, subject, actions, scope, hides) for subject in RECORDS]


def _pages(role: str, *pages: str) -> list[Grant]:
    return [Grant(role, page, FULL) for page in pages]


ROLES: list[Grant] = [
    *_records(Role.DIRECTOR, FULL, Scope.ALL),
    Grant(Role.DIRECTOR, LINES, READ),
    Grant(Role.DIRECTOR, ACTIVITIES, FULL),
    Grant(Role.DIRECTOR, SCORES, FULL),
    *_pages(Role.DIRECTOR, *WORK_ITEMS),
    *_pages(
        Role.DIRECTOR, "insight.dashboard", "insight.review", "insight.quality", "insight.model", "insight.costs",
        "jobs.job",
    ),
    # An account manager reads the unit's customers and changes the own ones.
    *_records(Role.ACCOUNT_MANAGER, VIEW, Scope.SUBTREE),
    *_records(Role.ACCOUNT_MANAGER, WORK, Scope.OWN),
    Grant(Role.ACCOUNT_MANAGER, LINES, VIEW, Scope.SUBTREE),
    Grant(Role.ACCOUNT_MANAGER, LINES, READ, Scope.OWN),
    Grant(Role.ACCOUNT_MANAGER, ACTIVITIES, VIEW, Scope.SUBTREE),
    Grant(Role.ACCOUNT_MANAGER, ACTIVITIES, WORK | {"delete", "assign"}, Scope.OWN),
    Grant(Role.ACCOUNT_MANAGER, SCORES, VIEW, Scope.SUBTREE),
    Grant(Role.ACCOUNT_MANAGER, SCORES, WORK, Scope.OWN),
    *(Grant(Role.ACCOUNT_MANAGER, subject, VIEW, Scope.SUBTREE) for subject in WORK_ITEMS),
    *(Grant(Role.ACCOUNT_MANAGER, subject, WORK, Scope.OWN) for subject in WORK_ITEMS),
    *_pages(Role.ACCOUNT_MANAGER, "insight.dashboard"),
    # The desk must find anybody at once, but sees no amounts.
    *_records(Role.BUSINESS_DESK, frozenset({"view", "add", "change"}), Scope.ALL, frozenset({"money", "tier"})),
    Grant(Role.BUSINESS_DESK, LINES, VIEW, Scope.ALL, frozenset({"money"})),
    # What was agreed with a customer is everybody's business at the counter.
    Grant(Role.BUSINESS_DESK, ACTIVITIES, VIEW, Scope.ALL),
    Grant(Role.BUSINESS_DESK, ACTIVITIES, WORK | {"delete", "assign"}, Scope.OWN),
    *_pages(Role.BUSINESS_DESK, "insight.review"),
    # A laboratory head sees what the own laboratory's lines show, and no rank among all customers.
    *_records(Role.LABORATORY_HEAD, READ, Scope.LABORATORY, frozenset({"tier", "institution"})),
    Grant(Role.LABORATORY_HEAD, LINES, READ, Scope.LABORATORY),
    Grant(Role.LABORATORY_HEAD, ACTIVITIES, VIEW, Scope.LABORATORY),
    Grant(Role.LABORATORY_HEAD, ACTIVITIES, WORK | {"delete", "assign"}, Scope.OWN),
    *_pages(Role.LABORATORY_HEAD, "insight.dashboard"),
    *_records(Role.ADMINISTRATOR, FULL, Scope.ALL),
    Grant(Role.ADMINISTRATOR, LINES, READ),
    Grant(Role.ADMINISTRATOR, ACTIVITIES, FULL),
    Grant(Role.ADMINISTRATOR, SCORES, FULL),
    *_pages(Role.ADMINISTRATOR, *WORK_ITEMS),
    Grant(Role.ADMINISTRATOR, "jobs.job", FULL),
    Grant(Role.ADMINISTRATOR, "records.bin", frozenset({"purge"})),
    Grant(Role.ADMINISTRATOR, "records.rule", FULL),
    *_pages(
        Role.ADMINISTRATOR,
        "insight.dashboard", "insight.review", "insight.quality", "insight.model", "insight.import", "insight.database",
        "insight.costs", "records.field", "records.boundary",
        *SYSTEM_PAGES, *SECURITY_PAGES, *AUDIT_PAGES, "access.privacy",
    ),
    # Three people instead of one: none of them sees customers, and nobody judges the own work.
    *_pages(Role.SYSTEM_ADMINISTRATOR, "jobs.job", *SYSTEM_PAGES),
    *_pages(Role.SECURITY_ADMINISTRATOR, *SECURITY_PAGES),
    *_pages(Role.AUDIT_ADMINISTRATOR, *AUDIT_PAGES),
]  # fmt: skip
