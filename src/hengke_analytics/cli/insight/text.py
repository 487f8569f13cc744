"""`insight text`: what notes are about, how they sound, what they ask for."""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from hengke.kernel.errors import InputError
from hengke_analytics.cli.answer import Answer, give, percent
from hengke_analytics.cli.columns import header
from hengke_analytics.cli.insight import reading
from hengke_analytics.cli.options import add_files, add_output, whole

if TYPE_CHECKING:
    from hengke_analytics.mining.text.classifier import Learned

_TONES = {"positive": "正面", "neutral": "中性", "negative": "负面"}
_NEEDS = {
    "on_site": "上门服务", "urgent": "加急", "quote": "报价", "discount": "优惠", "certificate": "证书",
    "invoice": "开票对账", "reminder": "到期提醒", "training": "培训", "repair": "维修调修",
    "logistics": "收发运输", "scope": "检测能力", "online": "网上办理",
}  # fmt: skip


def add_options(command: argparse.ArgumentParser) -> None:
    """Columns, and how many keywords and topics."""
    add_files(command)
    command.add_argument("--text", metavar="COL", help="文本列（默认按表头判断）")
    command.add_argument("--label", metavar="COL", help="标签列：用已有标签训练分类器，并给未标的行分类")
    command.add_argument("--topics", type=whole(1, 50), default=6, metavar="N", help="最多几个主题（默认 6）")
    command.add_argument("--keywords", type=whole(1), default=30, metavar="N", help="几个关键词（默认 30）")
    add_output(command)


def run(chosen: argparse.Namespace) -> None:
    """Read, study, answer."""
    from hengke_analytics.mining.text import topics as about
    from hengke_analytics.mining.text.needs import needs
    from hengke_analytics.mining.text.sentiment import score, tone

    source = reading.read(chosen)
    written = reading.words(source[reading.pick(source, "text", chosen.text)]).to_pylist()
    known = [place for place, text in enumerate(written) if text]
    texts = [written[place] for place in known]
    if not texts:
        raise InputError("no_text", "No row has a text.")
    found = about.topics(texts, chosen.topics)
    scores = [score(text) for text in texts]
    asked = [needs(text) for text in texts]
    rows = [
        {"row": place + 1, "text": text, "tone": tone(value), "score": value, "topic": topic, "needs": wishes}
        for place, text, value, topic, wishes in zip(
            known, texts, scores, found.topic.tolist(), asked, strict=True
        )
    ]
    payload: dict[str, Any] = {
        "texts": len(texts),
        "keywords": [asdict(each) for each in about.keywords(texts, chosen.keywords)],
        "topics": _topics(found.words, rows),
        "sentiment": _sentiment(rows),
        "needs": _needs(rows),
    }
    if chosen.label:
        labels = reading.words(source[header(chosen.label, source.column_names)]).to_pylist()
        payload["classifier"] = _classified(rows, [labels[place] for place in known])
    payload["list"] = rows
    give(Answer(payload, _table(rows), _summary(payload)), chosen)


def _classified(rows: list[dict[str, Any]], labels: list[str | None]) -> dict[str, Any]:
    from hengke_analytics.mining.text.classifier import learn

    given = [(row["text"], label) for row, label in zip(rows, labels, strict=True) if label]
    learned: Learned = learn([text for text, _ in given], [label for _, label in given])
    proposed = learned.label([row["text"] for row in rows])
    for row, label, each in zip(rows, labels, proposed, strict=True):
        row["label"], row["proposed"] = label, each
    told = {name: getattr(learned, name) for name in ("labels", "accuracy", "spread", "common", "words")}
    return {"texts": len(given), **told}


def _topics(words: list[list[str]], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    counts = Counter(row["topic"] for row in rows)
    return [
        {"topic": place, "words": each, "texts": counts[place], "share": counts[place] / len(rows)}
        for place, each in enumerate(words)
    ]


def _sentiment(rows: list[dict[str, Any]]) -> dict[str, Any]:
    counts = Counter(row["tone"] for row in rows)
    return {name: counts[name] for name in _TONES} | {"mean": sum(row["score"] for row in rows) / len(rows)}


def _needs(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    counts = Counter(need for row in rows for need in row["needs"])
    return [
        {"need": need, "name": _NEEDS[need], "texts": count, "share": count / len(rows)}
        for need, count in sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    ]


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    columns: dict[str, list[Any]] = {name: [row[name] for row in rows] for name in rows[0] if name != "needs"}
    columns["needs"] = ["; ".join(row["needs"]) for row in rows]
    return pa.table(columns)


def _summary(payload: dict[str, Any]) -> list[str]:
    tones = "　".join(f"{words} {payload['sentiment'][name]:,}" for name, words in _TONES.items())
    told = [
        f"{payload['texts']:,} 条文本　{tones}",
        "关键词：" + "、".join(each["word"] for each in payload["keywords"][:12]),
        "需求：" + ("、".join(f"{each['name']} {each['texts']:,}" for each in payload["needs"]) or "—"),
    ]
    told += [
        f"主题 {each['topic']}（{percent(each['share'])}）：" + "、".join(each["words"])
        for each in payload["topics"]
    ]
    if learned := payload.get("classifier"):
        told.append(
            f"分类器：准确率 {percent(learned['accuracy'])} ± {percent(learned['spread'])}，"
            f"全猜最多的一类为 {percent(learned['common'])}"
        )
    return told
