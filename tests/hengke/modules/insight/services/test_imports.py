"""What an import adds, corrects, rejects and takes back, by the definitions of line key and corrections."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event
from hengke.engines.files import store as files
from hengke.engines.jobs import queue
from hengke.kernel.errors import Conflict, InputError, NotAllowed
from hengke.modules.insight.models import Import, LedgerCorrection, LedgerLine, Reject
from hengke.modules.insight.services import imports, sources, unclear
from tests.factories import people
from tests.factories.ledgers import bring, ledger, prepare, row, take_back, work

pytestmark = pytest.mark.django_db(transaction=True)


def lines() -> list[tuple[str, str, Decimal]]:
    """Order, customer and amount of every line that counts."""
    live = LedgerLine.objects.filter(LedgerLine.live).order_by("order_no", "occurrence")
    return list(live.values_list("order_no", "serial", "billed"))


def counts(done: Import) -> tuple[int, int, int, int]:
    return done.added, done.corrected, done.unchanged, done.rejected


def test_every_column_arrives_in_its_own_type() -> None:
    bring(
        [
            row(
                "W1",
                检定日期="2025年3月8日",
                有效期至="20260307",
                应收费="￥1,200.5",
                实收费="",
                联系电话="13994281862",
            )
        ]
    )
    line = LedgerLine.objects.get()
    assert (str(line.done_on), str(line.valid_until)) == ("2025-03-08", "2026-03-07")
    assert (line.billed, line.received) == (Decimal("1200.50"), None)
    assert (line.customer_name, line.phone, line.laboratory) == (
        "合肥供水集团有限公司",
        "13994281862",
        "压力室",
    )
    assert line.line_no == 2


def test_the_same_file_twice_adds_nothing() -> None:
    data = ledger([row("W1"), row("W2"), row("W2")])
    assert counts(bring(data)) == (3, 0, 0, 0)
    assert counts(bring(data, name="copy.csv")) == (0, 0, 3, 0)
    assert len(lines()) == 3


def test_the_same_rows_in_another_file_add_nothing() -> None:
    bring([row("W1"), row("W2")])
    again = bring([row("W2", 应收费="100"), row("W1", 送检日期="2025/3/1")])
    assert counts(again) == (0, 0, 2, 0)


def test_two_people_with_the_same_file_at_once_add_it_once() -> None:
    data = ledger([row("W1"), row("W2")])
    first, second = prepare(data), prepare(data)
    for draft in (first, second):
        imports.start(draft, actor=Actor.system())
    work(refresh=False)
    first.refresh_from_db()
    second.refresh_from_db()
    assert [counts(first), counts(second)] == [(2, 0, 0, 0), (0, 0, 2, 0)]
    assert len(lines()) == 2


def test_a_changed_row_corrects_its_line_and_keeps_the_old_value() -> None:
    bring([row("W1"), row("W2")])
    done = bring([row("W1", 应收费="120"), row("W3")])
    assert counts(done) == (1, 1, 0, 0)
    assert lines() == [
        ("W1", "A1", Decimal("120.00")),
        ("W2", "A1", Decimal("100.00")),
        ("W3", "A1", Decimal("100.00")),
    ]
    assert LedgerCorrection.objects.get().before == {"billed": "100.00"}


def test_an_older_file_again_does_not_take_a_correction_back() -> None:
    old = ledger([row("W1")])
    bring(old)
    bring([row("W1", 应收费="120")])
    bring(old)
    assert lines() == [("W1", "A1", Decimal("120.00"))]


def test_equal_rows_are_lines_of_their_own() -> None:
    done = bring([row("W1", 出厂编号="/"), row("W1", 出厂编号="/"), row("W1", 出厂编号="/")])
    assert done.added == 3
    assert sorted(LedgerLine.objects.values_list("occurrence", flat=True)) == [1, 2, 3]


def test_a_late_row_is_added_and_a_missing_one_deletes_nothing() -> None:
    bring([row("W1"), row("W2")])
    bring([row("W2"), row("W3", 送检日期="2025-01-05")])
    assert [order for order, *_ in lines()] == ["W1", "W2", "W3"]


def test_a_full_snapshot_removes_what_its_period_no_longer_holds() -> None:
    bring(
        [
            row("W0", 送检日期="2024-12-31"),
            row("W1"),
            row("W2", 送检日期="2025-04-01"),
            row("W3", 送检日期="2025-05-01"),
        ]
    )
    done = bring([row("W1"), row("W3", 送检日期="2025-05-01")], snapshot=True)
    assert [order for order, *_ in lines()] == ["W0", "W1", "W3"]
    assert done.removed == 1
    take_back(done)
    assert [order for order, *_ in lines()] == ["W0", "W1", "W2", "W3"]


def test_a_line_that_comes_back_counts_again() -> None:
    bring([row("W1"), row("W2")])
    bring([row("W1")], snapshot=True)
    bring([row("W1"), row("W2")])
    assert len(lines()) == 1, "the very first file again changes nothing"
    back = bring([row("W2"), row("W1")], name="other.csv")
    assert len(lines()) == 2
    take_back(back)
    assert len(lines()) == 1


def test_rejects_tell_line_reason_and_cells() -> None:
    done = bring(
        [row("W1"), row("W2", 送检日期="2025-13-45"), row("W3", 应收费="abc"), row("W4", 单位名称="")]
    )
    assert counts(done) == (1, 0, 0, 3)
    found = list(Reject.objects.order_by("line_no").values_list("line_no", "reason"))
    assert found == [(3, "bad_date"), (4, "bad_amount"), (5, "no_customer")]
    assert "2025-13-45" in Reject.objects.get(line_no=3).cells


def test_an_overlong_name_is_rejected_rather_than_cut() -> None:
    done = bring([row("W1", 单位名称="某" * 201)])
    assert (done.added, Reject.objects.get().reason) == (0, "name_too_long")


def test_totals_are_checked_to_the_cent() -> None:
    total = {"委托单号": "合计", "应收费": "200.01"}
    done = bring([row("W1"), row("W2"), total])
    (claim,) = done.totals
    assert (claim["claimed"], claim["counted"], claim["agrees"]) == ("200.01", "200.00", False)
    assert done.billed == Decimal("200.00")


def test_undo_removes_lines_and_gives_corrected_ones_their_old_values() -> None:
    bring([row("W1")])
    second = bring([row("W1", 应收费="120"), row("W2")])
    take_back(second)
    assert second.state == "undone"
    assert lines() == [("W1", "A1", Decimal("100.00"))]
    assert LedgerCorrection.objects.count() == 0
    assert Event.objects.filter(kind="import.undone", subject_id=second.pk).count() == 1


def test_undo_and_import_again_gives_the_same_ledger() -> None:
    first = bring([row("W1"), row("W2", 应收费="7.35")])
    before = lines()
    take_back(first)
    assert lines() == []
    imports.start(first, actor=Actor.system())
    work(refresh=False)
    assert lines() == before


def test_undoing_the_first_of_two_corrections_leaves_the_second() -> None:
    bring([row("W1", 应收费="100", 实收费="0")])
    second = bring([row("W1", 应收费="120", 实收费="50")])
    third = bring([row("W1", 应收费="130", 实收费="50")])
    take_back(second)
    assert lines() == [("W1", "A1", Decimal("130.00"))]
    take_back(third)
    line = LedgerLine.objects.get()
    assert (line.billed, line.received) == (Decimal("100.00"), Decimal("0.00"))


def test_what_a_later_file_also_holds_survives_the_undo_of_the_first() -> None:
    first = bring([row("W1"), row("W2")])
    second = bring([row("W2"), row("W3")])
    take_back(first)
    second.refresh_from_db()
    assert [order for order, *_ in lines()] == ["W2", "W3"]
    assert second.added == 2


def test_undo_of_an_import_that_is_not_done_is_refused() -> None:
    draft = prepare([row("W1")])
    with pytest.raises(Conflict):
        imports.undo(draft, actor=Actor.system())


def test_a_row_that_could_mean_several_lines_waits_for_a_person() -> None:
    bring([row("W1", 出厂编号="/", 应收费="10"), row("W1", 出厂编号="/", 应收费="20")])
    done = bring([row("W1", 出厂编号="/", 应收费="30")])
    assert counts(done) == (0, 0, 0, 1)
    reject = Reject.objects.get()
    assert reject.reason == "line_unclear"
    chosen = unclear.candidates(reject).get(occurrence=2)
    unclear.take_as_correction(reject, chosen, actor=Actor.system())
    assert [amount for *_, amount in lines()] == [Decimal("10.00"), Decimal("30.00")]
    done.refresh_from_db()
    assert counts(done) == (0, 1, 0, 0)
    take_back(done)
    assert [amount for *_, amount in lines()] == [Decimal("10.00"), Decimal("20.00")]


def test_an_unclear_row_can_be_taken_as_new() -> None:
    bring([row("W1", 出厂编号="/", 应收费="10"), row("W1", 出厂编号="/", 应收费="20")])
    bring([row("W1", 出厂编号="/", 应收费="30")])
    unclear.take_as_new(Reject.objects.get(), actor=Actor.system())
    assert [amount for *_, amount in lines()] == [Decimal("10.00"), Decimal("20.00"), Decimal("30.00")]
    assert Reject.objects.count() == 0


def test_a_cancelled_import_leaves_nothing() -> None:
    draft = prepare([row(f"W{n}") for n in range(30)])
    job = imports.start(draft, actor=Actor.system())
    claimed = queue.claim()
    assert claimed is not None
    queue.cancel(job)
    queue.run(claimed)
    draft.refresh_from_db()
    assert (claimed.state, draft.state, LedgerLine.objects.count()) == ("cancelled", "cancelled", 0)
    imports.start(draft, actor=Actor.system())
    work(refresh=False)
    assert LedgerLine.objects.count() == 30


def test_another_file_of_the_source_keeps_the_first_ones_key() -> None:
    first = bring([row("W1")])
    assert first.source.key_fields == ["order_no", "instrument_name", "model", "serial"]
    headers = ("送检日期", "单位名称", "应收费")
    with pytest.raises(InputError) as caught:
        bring(ledger([row("W9")], headers))
    assert caught.value.code == "key_missing"


def test_a_mapping_is_found_again_by_its_headers() -> None:
    headers = ("单号", "送检日期", "单位名称", "器具名称", "规格型号", "出厂编号", "甲", "乙")
    data = [{**row("W1"), "单号": "W1", "甲": "12.00", "乙": "11.00"}]
    draft = prepare(ledger(data, headers))
    assert "billed" not in {target for _, target, _ in draft.mapping["columns"]}
    chosen = sources.Choice(targets={6: "billed", 7: "received"})
    sources.choose(draft, chosen, actor=Actor.system())
    imports.start(draft, actor=Actor.system())
    work(refresh=False)
    assert LedgerLine.objects.get().billed == Decimal("12.00")
    later = prepare(ledger([{**data[0], "单号": "W2"}], headers))
    assert later.mapping["columns"][6][1] == "billed"


def test_only_those_who_import_may() -> None:
    desk = people.actor("desk", "business_desk")
    draft = prepare([row("W1")])
    for attempt in (
        lambda: sources.source_named("x", actor=desk),
        lambda: imports.start(draft, actor=desk),
        lambda: imports.undo(draft, actor=desk),
        lambda: sources.choose(draft, sources.Choice({}), actor=desk),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_empty_and_overlong_files_are_refused(settings: object) -> None:
    with pytest.raises(InputError, match="empty"):
        files.store([])
    settings.MAX_UPLOAD_BYTES = 10  # type: ignore[attr-defined]
    with pytest.raises(InputError, match="larger"):
        files.store([b"12345", b"678901"])
    assert not [path for path in files.folder().iterdir() if path.name.startswith("upload-")]
