"""What customers say: the tone, the topic and the needs of every note, call, visit and meeting."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from hengke.kernel import clock
from hengke.kernel.errors import NotFound
from hengke.modules.activities.models import Activity
from hengke.modules.insight.enums import Room
from hengke.modules.insight.models import Foresight, NoteReading
from hengke.modules.insight.services import warehouse
from hengke.modules.insight.services.foresight import runs
from hengke.modules.insight.services.reading import Report

MOST = 50_000
TOPICS, KEYWORDS = 6, 40
CHUNK = 1_000


def run(report: Report) -> Foresight:
    """Read the newest notes and write down what is in them. NotFound `no_notes` without any."""
    from hengke_analytics.mining.text import topics
    from hengke_analytics.mining.text.needs import needs
    from hengke_analytics.mining.text.sentiment import score, tone

    report("Reading notes", 0, 2)
    found = _texts()
    if not found:
        raise NotFound("no_notes", "Nobody has written a note yet.")
    texts = [text for _pk, text in found]
    about = topics.topics(texts, TOPICS)
    report("Reading notes", 1, 2)
    rows = [
        {
            "activity_id": pk,
            "score": score(text),
            "tone": tone(score(text)),
            "topic": topic,
            "needs": needs(text),
        }
        for (pk, text), topic in zip(found, about.topic.tolist(), strict=True)
    ]
    words = [asdict(each) for each in topics.keywords(texts, KEYWORDS)]
    facts = {"topics": about.words, "keywords": words, "notes": len(rows)}
    return runs.write(Room.NOTES, clock.today(), warehouse.number(), facts, lambda made: _store(made, rows))


def _texts() -> list[tuple[int, str]]:
    """The newest notes with their outcome, without those that say nothing."""
    rows = (
        Activity.objects.filter(deleted_at=None).order_by("-pk").values_list("pk", "text", "outcome")[:MOST]
    )
    return [(pk, "。".join(filter(None, (text, outcome)))) for pk, text, outcome in rows if text or outcome]


def _store(made: Foresight, rows: list[dict[str, Any]]) -> None:
    NoteReading.objects.bulk_create((NoteReading(run=made, **row) for row in rows), batch_size=CHUNK)
