"""What is read out of notes."""

from __future__ import annotations

import pytest

from hengke.kernel import clock
from hengke.kernel.errors import NotFound
from hengke.modules.insight.models import NoteReading
from hengke.modules.insight.services.foresight import notes
from tests.factories.customers import activity, customer

from .conftest import quiet

pytestmark = pytest.mark.usefixtures("warehouse")


def test_tone_needs_and_topic_of_every_note() -> None:
    of = customer("甲厂")
    cross = activity(of, text="投诉证书太慢，很不满意，希望尽快补证。")
    glad = activity(of, text="对检定非常满意。", outcome="感谢")
    activity(of, subject="没有文字", text="")
    activity(of, text="删掉的", deleted_at=clock.now())
    run = notes.run(quiet)
    found = {row.activity_id: row for row in NoteReading.objects.all()}
    assert found.keys() == {cross.pk, glad.pk}
    assert (found[cross.pk].tone, found[glad.pk].tone) == ("negative", "positive")
    assert found[cross.pk].needs == ["urgent", "certificate"]
    assert run.facts["notes"] == 2
    assert any("证书" in word["word"] for word in run.facts["keywords"])


def test_without_notes() -> None:
    with pytest.raises(NotFound):
        notes.run(quiet)
