"""Files of a record: versions, hostile names and contents, limits, the scanner, and the way back."""

from __future__ import annotations

import shlex
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event
from hengke.engines.collaboration.models import Attachment, FileVersion
from hengke.engines.collaboration.services import attaching
from hengke.engines.collaboration.subjects import Subject, by_slug
from hengke.engines.collaboration.tasks import KEPT, sweep
from hengke.engines.files import store
from hengke.engines.files.naming import LONGEST, safe_name
from hengke.kernel import clock
from hengke.kernel.errors import Conflict, InputError, NotAllowed
from tests.factories import customers as make
from tests.factories.people import person, unit

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
HTML = b"<!doctype html><script>alert(document.cookie)</script>"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path / "files"


@pytest.fixture
def client() -> Client:
    found = Client()
    found.force_login(person("boss"))
    return found


@pytest.fixture
def subject(client: Client) -> Subject:
    from hengke.engines.access.models import User

    return by_slug("customers", make.customer().pk, Actor.of(User.objects.get(username="boss")))


def _send(client: Client, subject: Subject, *files: SimpleUploadedFile) -> Any:
    return client.post(f"{subject.url}/files", {"files": files}, headers={"Accept": "application/json"})


def _latest(name: str) -> FileVersion:
    found = Attachment.objects.get(name=name).latest
    assert found is not None
    return found


def _body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_same_name_is_a_new_version_and_the_older_one_stays(client: Client, subject: Subject) -> None:
    for text in (b"one", b"two", b"two"):
        assert _send(client, subject, SimpleUploadedFile("报告.txt", text)).json()["added"] == ["报告.txt"]
    first, second = FileVersion.objects.order_by("number")
    assert (first.number, second.number, _latest("报告.txt")) == (1, 2, second)
    assert _body(client.get(f"/files/{first.pk}/download")) == b"one"
    assert Event.objects.filter(kind="file.added").count() == 2
    assert "1 个旧版本" in client.get(subject.url).content.decode()


@pytest.mark.parametrize(("name", "body", "kind"), [
    ("a.png", PNG, "image/png"), ("a.jpg.html", HTML, "application/octet-stream"), ("x.svg", b"<svg onload=alert(1)>",
    "application/octet-stream"), ("x.xml", b"<?xml version='1.0'?><x/>", "application/octet-stream"),
    ("x.pHaR", b"<?php phpinfo();", "text/plain"), ("image.png", HTML, "application/octet-stream"),
    ("js.pdf", b"%PDF-1.7\n/JS (app.alert(1))", "application/pdf"), ("leer.txt", b"", "text/plain"),
])  # fmt: skip
def test_downloads_never_become_pages(
    client: Client, subject: Subject, name: str, body: bytes, kind: str
) -> None:
    _send(client, subject, SimpleUploadedFile(name, body, content_type="text/html"))
    answer = client.get(f"/files/{_latest(name).pk}/download")
    assert answer["Content-Type"] == kind
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert _body(answer) == body


def test_only_pictures_pdf_and_text_are_shown(client: Client, subject: Subject) -> None:
    bodies = {"a.png": PNG, "a.txt": "检定".encode("gb18030"), "a.pdf": b"%PDF-1.4", "a.html": HTML}
    _send(client, subject, *(SimpleUploadedFile(name, body) for name, body in bodies.items()))
    shown = {name: client.get(f"/files/{_latest(name).pk}/show") for name in bodies}
    assert [shown[name].status_code for name in bodies] == [200, 200, 200, 404]
    assert shown["a.txt"].content.decode() == "检定"
    assert shown["a.txt"]["Content-Type"] == "text/plain; charset=utf-8"
    for name in ("a.png", "a.txt"):
        assert "sandbox" in shown[name]["Content-Security-Policy"]
        assert shown[name]["X-Content-Type-Options"] == "nosniff"
    assert "script" not in shown["a.pdf"]["Content-Security-Policy"]


@pytest.mark.parametrize(("given", "kept"), [
    ("../../etc/passwd", "passwd"), ("C:\\x\\y.txt", "y.txt"), ("%2e%2e%2fx", "%2e%2e%2fx"), ("a\x00b.txt", "ab.txt"),
    ("..", "文件"), ("", "文件"), ("a\u202egnp.exe", "agnp.exe"), ('"><img src=x>.jpg', '"><img src=x>.jpg'),
    ("a\r\nSet-Cookie: x=1", "a Set-Cookie: x=1"), ("é.txt", "é.txt"),
])  # fmt: skip
def test_names_lose_what_is_no_name(given: str, kept: str) -> None:
    assert safe_name(given) == kept


def test_long_names_keep_their_ending() -> None:
    assert safe_name("长" * 4096 + ".pdf") == "长" * (LONGEST - 5) + "….pdf"


@pytest.mark.parametrize("name", [
    "../../x", "a\x00b", '"><img src=x onerror=alert(1)>.jpg', "x" * 4096, "%2e%2e%2f..", "换\r\n行.txt",
])  # fmt: skip
def test_hostile_names_stay_inside_and_are_escaped(
    client: Client, subject: Subject, folder: Path, name: str
) -> None:
    before = {path for path in folder.parent.rglob("*") if path.is_file()}
    attaching.attach(subject, name, [b"x"])
    answer = _send(client, subject, SimpleUploadedFile(name.replace("\x00", "") or "x", b"y"))
    assert answer.status_code == 200
    new = {path for path in folder.parent.rglob("*") if path.is_file()} - before
    assert all(path.parent == folder and store.DIGEST.fullmatch(path.name) for path in new)
    page = client.get(subject.url).content.decode()
    assert "<img src=x" not in page
    for version in FileVersion.objects.all():
        header = client.get(f"/files/{version.pk}/download")["Content-Disposition"]
        assert "\n" not in header
        assert "\r" not in header


def test_too_large_full_and_many_are_refused_in_words(
    client: Client, subject: Subject, settings: Any
) -> None:
    settings.ATTACHMENT_BYTES = 10
    answer = _send(
        client, subject, SimpleUploadedFile("big.txt", b"x" * 11), SimpleUploadedFile("ok.txt", b"x" * 9)
    )
    assert (answer.status_code, answer.json()["added"]) == (200, ["ok.txt"])
    assert answer.json()["refused"][0].startswith("big.txt: ")
    settings.ATTACHMENTS_BYTES = 9
    assert _send(client, subject, SimpleUploadedFile("more.txt", b"y")).status_code == 400
    assert list(Attachment.objects.values_list("name", flat=True)) == ["ok.txt"]


@pytest.mark.parametrize(("code", "word"), [(1, "file_infected"), (2, "file_not_scanned"), (0, "")])
def test_scanner_decides(subject: Subject, settings: Any, folder: Path, code: int, word: str) -> None:
    script = f"import sys; assert open(sys.argv[1],'rb').read() == b'virus'; sys.exit({code})"
    settings.SCAN_COMMAND = f"{shlex.quote(sys.executable)} -c {shlex.quote(script)}"
    if not word:
        attaching.attach(subject, "v.txt", [b"virus"])
        assert FileVersion.objects.count() == 1
        return
    with pytest.raises(InputError) as refused:
        attaching.attach(subject, "v.txt", [b"virus"])
    assert refused.value.code == word
    assert list(folder.iterdir()) == []
    assert not Attachment.objects.exists()


def test_a_missing_scanner_refuses(subject: Subject, settings: Any) -> None:
    settings.SCAN_COMMAND = "/nowhere/scanner"
    with pytest.raises(InputError, match="does not answer"):
        attaching.attach(subject, "v.txt", [b"x"])


def test_who_only_reads_the_record_reads_its_files(subject: Subject) -> None:
    home = unit("Department A")
    type(subject.target).objects.filter(pk=subject.target.pk).update(unit=home)
    attaching.attach(subject, "a.txt", [b"x"])
    reader = person("reader", Role.ACCOUNT_MANAGER, home)
    client = Client()
    client.force_login(reader)
    assert _body(client.get(f"/files/{_latest('a.txt').pk}/download")) == b"x"
    answer = _send(client, subject, SimpleUploadedFile("b.txt", b"x"))
    assert answer.status_code == 403
    with pytest.raises(NotAllowed):
        attaching.delete(Attachment.objects.get(), actor=Actor.of(reader))


def test_deleting_can_be_taken_back_until_it_is_purged(
    client: Client, subject: Subject, folder: Path
) -> None:
    file = attaching.attach(subject, "回来.txt", [b"x"])
    version = _latest("回来.txt")
    page = client.post(f"/files/{file.pk}/delete", follow=True).content.decode()
    assert f'action="/files/{file.pk}/restore"' in page
    assert client.get(f"/files/{version.pk}/download").status_code == 404
    attaching.attach(subject, "回来.txt", [b"other"])
    gone = Attachment.objects.get(pk=file.pk)
    with pytest.raises(Conflict):
        attaching.restore(gone, actor=subject.actor)
    attaching.delete(Attachment.objects.get(name="回来.txt", deleted_at=None), actor=subject.actor)
    client.post(f"/files/{file.pk}/restore")
    assert _body(client.get(f"/files/{version.pk}/download")) == b"x"
    client.post(f"/files/{file.pk}/delete")
    _make_old(folder)
    assert _swept() == {"purged": 0, "swept": 0}
    with clock.at(clock.now() + KEPT + timedelta(days=1)):
        assert _swept() == {"purged": 2, "swept": 2}
    assert list(folder.iterdir()) == []


def test_sweep_takes_orphans_and_drafts_but_nothing_new_and_nothing_named(
    subject: Subject, folder: Path
) -> None:
    attaching.attach(subject, "a.txt", [b"named"])
    orphan = store.store([b"orphan"])
    (folder / "upload-0123").write_bytes(b"left by a kill")
    _make_old(folder)
    new = store.store([b"a moment ago"])
    assert _swept() == {"purged": 0, "swept": 2}
    kept = {path.name for path in folder.iterdir()}
    assert kept == {_latest("a.txt").digest, new}
    assert orphan not in kept


def test_a_failure_after_storing_leaves_no_row(
    subject: Subject, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("killed here")

    monkeypatch.setattr(attaching.following, "begin", fail)
    with pytest.raises(RuntimeError):
        attaching.attach(subject, "a.txt", [b"x"])
    assert not FileVersion.objects.exists()
    _make_old(folder)
    assert _swept()["swept"] == 1


def test_no_row_names_bytes_that_are_not_there(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(store.os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        attaching.attach(subject, "a.txt", [b"x"])
    assert not Attachment.objects.exists()


def _swept() -> dict[str, Any] | None:
    return sweep(actor=Actor.system(), progress=None)  # type: ignore[arg-type]


def _make_old(folder: Path) -> None:
    import os

    for path in folder.iterdir():
        os.utime(path, (1, 1))
