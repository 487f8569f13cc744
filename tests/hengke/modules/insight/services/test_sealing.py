"""The password of a database: sealed, shown nowhere, asked for again when the key has changed."""

from __future__ import annotations

import importlib
import json
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core import serializers
from django.test import Client

from hengke.engines.access.models import Event
from hengke.engines.jobs.models import Job
from hengke.kernel.errors import InputError
from hengke.modules.insight.models import Import, Source
from hengke.modules.insight.services import places, sealing

PASSWORD = "Geheim-4711"
URL = f"postgresql://leser:{PASSWORD}@10.0.0.5:5432/mis?sslpassword={PASSWORD}"


def test_what_is_sealed_is_read_again_and_never_looks_alike() -> None:
    first, second = sealing.seal(URL), sealing.seal(URL)
    assert sealing.unseal(first) == sealing.unseal(second) == URL
    assert first != second
    assert PASSWORD not in first


def test_the_shown_address_has_neither_password_nor_parameters() -> None:
    assert sealing.shown(URL) == "postgresql://leser@10.0.0.5:5432/mis"
    assert sealing.shown("sqlite:////srv/mis.sqlite3") == "sqlite:////srv/mis.sqlite3"


def test_another_key_asks_for_the_password_again(settings: object) -> None:
    token = sealing.seal(URL)
    settings.SECRET_KEY = "quite another key of this folder"  # type: ignore[attr-defined]
    with pytest.raises(InputError, match="Enter the password again") as caught:
        sealing.unseal(token)
    assert caught.value.code == "key_changed"
    assert PASSWORD not in str(caught.value)


def test_a_source_without_its_address_asks_for_it(db: None) -> None:
    row = Import(source=Source(name="MIS", kind="postgresql", connection={}), digest="")
    with pytest.raises(InputError, match="Enter the password again"):
        places.opened(row)


def test_existing_addresses_are_sealed_by_the_migration(db: None) -> None:
    source = Source.objects.create(name="MIS", kind="postgresql", connection={"url": URL, "query": "ledger"})
    plain = Source.objects.create(name="台账")
    migration = importlib.import_module("hengke.modules.insight.migrations.0002_source_reading")
    migration.seal(apps, SimpleNamespace())
    source.refresh_from_db()
    plain.refresh_from_db()
    assert PASSWORD not in json.dumps(source.connection)
    assert plain.connection == {}
    opened = places.opened(Import(source=source, digest=""))
    assert (opened.url, opened.table_or_query) == (URL, "ledger")  # type: ignore[union-attr]
    assert PASSWORD not in repr(opened)
    migration.unseal(apps, SimpleNamespace())
    source.refresh_from_db()
    assert source.connection == {"url": URL, "query": "ledger"}


def test_a_draft_of_a_database_shows_the_password_nowhere(
    db: None, monkeypatch: pytest.MonkeyPatch, admin: Client, caplog: pytest.LogCaptureFixture
) -> None:
    from hengke_analytics.warehouse import reading
    from hengke_analytics.warehouse.readers.inspection import table_of

    rows = iter([(1, ("W1", "2025-03-01", "合肥恒达有限公司", "12.50"))])
    sheet = table_of("", ("委托单号", "送检日期", "单位名称", "应收费"), rows, 1)
    found = reading.Inspection(name="ledger", kind="postgres", size=0, sheets=(sheet,))
    monkeypatch.setattr(reading, "inspect", lambda *_, **__: found)
    said = {"source": "MIS", "host": "10.0.0.5", "port": "5432", "database": "mis", "user": "leser",
            "password": PASSWORD, "query": "ledger"}  # fmt: skip
    answer = admin.post("/imports/new/database", said)
    pages = [answer["Location"], "/imports", "/imports/new/database", f"/imports/{Import.objects.get().pk}"]
    shown = "".join(admin.get(page).content.decode() for page in pages)
    stored = [serializers.serialize("json", model.objects.all()) for model in (Source, Import, Event, Job)]
    assert "合肥恒达有限公司" in shown
    for text in (shown, *stored, caplog.text):
        assert PASSWORD not in text
    assert places.opened(Import.objects.get()).url.endswith(f"leser:{PASSWORD}@10.0.0.5:5432/mis")  # type: ignore[union-attr]


def test_a_refused_address_is_not_repeated() -> None:
    pytest.importorskip("psycopg")
    from hengke_analytics.warehouse import reading

    bad = f"postgresql://leser:{PASSWORD}@[10.0.0.5/mis"
    with pytest.raises(InputError) as caught:
        reading.inspect(reading.SqlSource(bad, "ledger"))
    assert PASSWORD not in caught.value.message
