"""Two departments for attacks, and what a database holds before and after one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event, User
from hengke.engines.records.schema import registry
from tests.factories import customers as make
from tests.factories import records
from tests.factories.people import person, unit

SECRET = "机密"
# What being logged in writes by itself, and the trace that an attack must leave.
NOT_COMPARED = {"access.event", "access.eventseal", "account.session", "access.usage"}
FIRST_KEY = 777


def begin_keys_at(key: int) -> None:
    """Let the next row of every table have this key, so that one number names a row of each."""
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model._meta.auto_field is not None:
                table = model._meta.db_table
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, key - 1])


def everything_of_b() -> User:
    """One object of every kind that belongs to department B, each with the key FIRST_KEY; its owner."""
    begin_keys_at(FIRST_KEY)
    owner = person("b_sales", Role.ACCOUNT_MANAGER, unit("Department B"))
    customer = make.customer(
        f"{SECRET}供水集团", owner=owner, unit=unit("Department B"), phone="0551-7654321"
    )
    make.summary(customer)
    for record in registry.all_records():
        made = records.of(record.slug, customer)
        path = record.title_field.path
        type(made)._base_manager.filter(pk=made.pk).update(**{path: f"{SECRET}{made.pk}"})
        if hasattr(made, "owner_id"):
            type(made)._base_manager.filter(pk=made.pk).update(owner=owner)
    client = logged_in(owner)
    here = f"/customers/{customer.pk}"
    client.post(f"{here}/comments", {"text": f"{SECRET}意见"})
    client.post(f"{here}/files", {"files": SimpleUploadedFile(f"{SECRET}.txt", b"secret")})
    client.post("/customers/views", {"name": f"{SECRET}视图"})
    return owner


def logged_in(user: User, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(user)
    return client


def stored() -> dict[str, str]:
    """A hash of the rows of every table."""
    return {
        model._meta.label_lower: hashlib.sha256(
            json.dumps(list(model._base_manager.order_by("pk").values()), default=str).encode()
        ).hexdigest()
        for model in apps.get_models()
        if model._meta.label_lower not in NOT_COMPARED
    }


def unchanged(attack: Callable[[], None], *, told: str = "access.denied") -> None:
    """Run an attack: it must leave every table as it was, and a trace of the kind `told`."""
    before, last = stored(), Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    attack()
    after = stored()
    assert [table for table in before if before[table] != after[table]] == []
    kinds = set(Event.objects.filter(pk__gt=last).values_list("kind", flat=True))
    assert told in kinds or not told, kinds
    assert kinds <= {told}, kinds
