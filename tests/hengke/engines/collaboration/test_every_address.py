"""Comments, followers and files of every record type: constant queries, and nothing for outsiders."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role, UnitKind
from hengke.engines.access.models import Event
from hengke.engines.collaboration.models import Attachment, Comment, FileVersion, Follow
from hengke.engines.collaboration.services import attaching, comments
from hengke.engines.collaboration.subjects import by_slug
from hengke.engines.records.schema import registry
from tests.factories import customers as make
from tests.factories import records
from tests.factories.objects import vehicle
from tests.factories.people import person, unit

pytestmark = pytest.mark.django_db
SLUGS = [record.slug for record in registry.all_records()]


def _object(slug: str) -> Any:
    return records.of(slug, make.customer("合肥第一仪表厂", unit=unit("Department A")))


@pytest.fixture(params=[*SLUGS, "made"])
def slug(request: pytest.FixtureRequest) -> str:
    """Every declared record type, and one that an administrator made."""
    return vehicle(rights=records.MADE_RIGHTS)[0].slug if request.param == "made" else str(request.param)


def _login(user: Any, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(user)
    return client


def _filled(slug: str, target: Any, count: int = 1) -> tuple[Comment, FileVersion]:
    """Comments with replies, and files with two versions, on the object."""
    subject = by_slug(slug, target.pk, Actor.of(person(f"writer{Comment.objects.count()}")))
    for n in range(count):
        row = comments.write(subject, f"第{n}条，机密内容")
        comments.write(subject, "收到", parent=row.pk)
        file = attaching.attach(subject, f"机密{n}.txt", [b"one"])
        file = attaching.attach(subject, f"机密{n}.txt", [b"two"])
    assert file.latest is not None
    return row, file.latest


def _addresses(slug: str, pk: int, comment: Comment, version: FileVersion) -> list[tuple[str, str]]:
    here = f"/{slug}/{pk}"
    return [
        ("post", f"{here}/comments"), ("get", f"{here}/people?q="), ("post", f"{here}/follow"),
        ("get", f"{here}/files"),
        ("post", f"{here}/files"), ("post", f"/comments/{comment.pk}/change"),
        ("post", f"/comments/{comment.pk}/delete"),
        ("post", f"/comments/{comment.pk}/restore"), ("get", f"/files/{version.pk}/download"),
        ("get", f"/files/{version.pk}/show"), ("post", f"/files/{version.attachment_id}/delete"),
        ("post", f"/files/{version.attachment_id}/restore"),
    ]  # fmt: skip


def _rows() -> list[Any]:
    """Everything this engine writes; that something was refused is told, and is not its doing."""
    tables = (Comment, Follow, Attachment, FileVersion)
    events = Event.objects.exclude(kind="access.denied").order_by("pk").values()
    return [*(list(table.objects.order_by("pk").values()) for table in tables), list(events)]


@pytest.mark.parametrize("who", ["other unit", "other laboratory", "no right at all"])
def test_outsiders_find_nothing_under_any_address(slug: str, who: str) -> None:
    target = _object(slug)
    comment, version = _filled(slug, target)
    other = unit("Department B")
    users = {
        "other unit": lambda: person("b_sales", Role.ACCOUNT_MANAGER, other),
        "other laboratory": lambda: person(
            "b_lab", Role.LABORATORY_HEAD, unit("电学室", UnitKind.LABORATORY, other)
        ),
        "no right at all": lambda: person("porter", "porter"),
    }
    outsider = users[who]()
    if records.is_everybodys(registry.by_slug(slug), outsider):
        return  # who reads an object may also speak about it
    client, before = _login(outsider), _rows()
    for method, url in _addresses(slug, target.pk, comment, version):
        file = SimpleUploadedFile("x.txt", b"x")
        answer = (
            client.get(url) if method == "get" else client.post(url, {"text": "x", "files": file, "on": "1"})
        )
        assert answer.status_code == 404, (method, url)
        assert "机密" not in answer.content.decode()
    assert _rows() == before


def test_nobody_gets_in_without_log_in_and_writing_needs_the_token_of_the_page(slug: str) -> None:
    target = _object(slug)
    comment, version = _filled(slug, target)
    strict, before = _login(person("boss"), enforce_csrf_checks=True), _rows()
    for method, url in _addresses(slug, target.pk, comment, version):
        answer = getattr(Client(), method)(url)
        assert answer.status_code == 302, url
        assert answer["Location"].startswith("/login")
        if method == "post":
            assert strict.post(url, {"text": "x"}).status_code == 403, url
            assert strict.get(url).status_code in (200, 405), url
    assert _rows() == before


def test_page_takes_the_same_queries_with_one_and_with_three(slug: str) -> None:
    target, client = _object(slug), _login(person("boss"))
    counts = []
    for _round in range(2):
        _filled(slug, target, 1 + _round)
        client.get(f"/{slug}/{target.pk}")
        with CaptureQueriesContext(connection) as seen:
            page = client.get(f"/{slug}/{target.pk}").content.decode()
        counts.append(len(seen))
    assert counts[0] == counts[1]
    for words in ("第1条，机密内容", "收到", "机密1.txt", "hk-files", "data-follow", "hk-mention"):
        assert words in page
