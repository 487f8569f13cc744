"""The page for people, and the examples of the handbook, run as they stand."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from typing import Any

import pytest
from django.test import Client

from hengke.engines.access.enums import Role
from hengke.engines.access.tokens import issue
from hengke.modules.customers.models import Customer
from tests.conftest import ROOT
from tests.factories.people import person

EXAMPLES = re.compile(r"```sh\n(.*?)```", re.DOTALL)


@pytest.mark.django_db
def test_page_shows_every_address_and_nothing_hidden() -> None:
    client = Client()
    client.force_login(person("desk", Role.BUSINESS_DESK))
    text = client.get("/api-reference").content.decode()
    for words in ("/customers/{id}", "/activities/{id}/complete", "Idempotency-Key", "legal_representative"):
        assert words in text
    assert "this_year" not in text


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_examples_of_the_handbook_work(live_server: Any) -> None:
    if shutil.which("curl") is None or shutil.which("bash") is None:
        pytest.skip("curl or bash is absent: the examples cannot be run as they stand")
    text = (ROOT / "docs" / "developer" / "api.md").read_text(encoding="utf-8")
    known = {"HENGKE": live_server.url, "TOKEN": issue(person("boss"), "test", writes=True)}
    for example in EXAMPLES.findall(text):
        command = ["bash", "-c", example.replace("curl ", "curl --silent --show-error --fail-with-body ", 1)]
        done = subprocess.run(command, env=os.environ | known, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, (example, done.stdout, done.stderr)
        said = json.loads(done.stdout)
        known |= {
            name.upper(): str(said[name]) for name in ("id", "event") if name in said and "rights" not in said
        }
    assert {(c.name, c.city, c.deleted_at) for c in Customer.objects.filter(deleted_at=None)} == {
        ("合肥供水集团有限公司", "芜湖市", None)
    }
