"""An erased person stands in no attached file any more, and no row names bytes that are gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hengke.engines.access.actor import Actor
from hengke.engines.collaboration import privacy
from hengke.engines.collaboration.models import Attachment, FileVersion
from hengke.engines.collaboration.services import attaching
from hengke.engines.collaboration.subjects import by_slug
from hengke.engines.files import store
from hengke.engines.records.privacy.places import describe
from tests.factories import customers as make
from tests.factories.people import person

pytestmark = pytest.mark.django_db


def test_versions_with_the_person_go_and_others_stay(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path
    customer = make.customer()
    contact = make.contact(customer, "赵文斌")
    subject = by_slug("customers", customer.pk, Actor.of(person("boss")))
    for name, text in (("a.txt", "无"), ("a.txt", "联系人：赵文斌"), ("b.txt", "赵文斌"), ("c.txt", "别人")):
        attaching.attach(subject, name, [text.encode()])
    someone, _candidates = describe("customers.contact", contact.pk)
    assert [(found.where, found.count) for found in privacy._find(someone)] == [("a.txt", 1), ("b.txt", 1)]
    assert privacy._erase(someone, "某人") == 2
    assert list(Attachment.objects.order_by("name").values_list("name", "latest__number")) == [
        ("a.txt", 1),
        ("c.txt", 1),
    ]
    assert {path.name for path in store.folder().iterdir()} == {v.digest for v in FileVersion.objects.all()}
