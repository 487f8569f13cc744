"""Names become customers that stay the same from run to run, and people's decisions hold."""

from __future__ import annotations

import pytest

from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event
from hengke.kernel.errors import InputError
from hengke.modules.customers.models import Customer, CustomerName
from hengke.modules.customers.services import merging
from hengke.modules.insight.models import IdentityRun, LedgerLine, Source
from hengke.modules.insight.services import costs, demo, refresh, resolve, thresholds
from tests.factories import people
from tests.factories.ledgers import bring, row, take_back

pytestmark = pytest.mark.django_db(transaction=True)

FULL, SHORT = "安徽皖砺珩精密机械有限公司", "皖砺珩精密机械"
PHONE, STREET = "13994281862", "合肥市蜀山区创业大道18号"
OTHER = "芜湖屹曜纺织品有限公司"


def rows() -> list[dict[str, str]]:
    """Two customers, the first under two names."""
    evidence = {"联系电话": PHONE, "单位地址": STREET, "联系人": "赵文斌"}
    return [
        row("W1", 单位名称=FULL, **evidence),
        row("W2", 单位名称=FULL, **evidence),
        row("W3", 单位名称=SHORT, **evidence),
        row("W4", 单位名称=OTHER, 联系电话="13855512345", 单位地址="芜湖市镜湖区长江路5号", 联系人="李敏"),
    ]


def run() -> None:
    resolve.run(actor=Actor.system(), report=lambda *_: None)


def names() -> dict[str, set[str]]:
    """Customer -> names it goes by."""
    found: dict[str, set[str]] = {}
    for customer, text in CustomerName.objects.values_list("customer__name", "text"):
        found.setdefault(customer, set()).add(text)
    return found


def test_two_ways_of_writing_one_customer_are_one() -> None:
    bring(rows())
    run()
    assert names() == {FULL: {FULL, SHORT}, OTHER: {OTHER}}
    customer = Customer.objects.get(name=FULL)
    assert (customer.short_name, customer.phone, customer.province, customer.city, customer.county) == (
        SHORT, PHONE, "安徽省", "合肥市", "蜀山区",
    )  # fmt: skip
    assert not LedgerLine.objects.filter(alias=None).exists()
    assert list(CustomerName.objects.order_by("text").values_list("lines", flat=True)) == [2, 1, 1]


def test_a_second_run_changes_nothing() -> None:
    bring(rows())
    run()
    before = (
        list(Customer.objects.order_by("pk").values()),
        list(CustomerName.objects.order_by("pk").values()),
    )
    run()
    after = list(Customer.objects.order_by("pk").values()), list(CustomerName.objects.order_by("pk").values())
    assert before == after


def test_customers_keep_their_number_when_more_comes_in() -> None:
    bring(rows())
    run()
    numbers = dict(Customer.objects.values_list("name", "number"))
    bring([row("W9", 单位名称=SHORT, 联系电话=PHONE), row("W10", 单位名称="蚌埠嘉铄玻璃有限公司")])
    run()
    assert numbers.items() <= dict(Customer.objects.values_list("name", "number")).items()
    assert Customer.objects.count() == 3


def test_a_name_split_off_by_a_person_stays_apart_and_takes_its_history_along() -> None:
    bring(rows(), refresh=True)
    whole = Customer.objects.get(name=FULL)
    alias = CustomerName.objects.get(text=SHORT)
    created, event = merging.split(whole, [alias.pk], actor=people.actor("boss"))
    refresh.run(actor=Actor.system(), report=lambda *_: None)
    assert names() == {FULL: {FULL}, SHORT: {SHORT}, OTHER: {OTHER}}
    assert created.summaries.get(laboratory="").lines == 1
    assert whole.summaries.get(laboratory="").lines == 2
    merging.take_back(event, actor=people.actor("boss2"))
    refresh.run(actor=Actor.system(), report=lambda *_: None)
    assert whole.summaries.get(laboratory="").lines == 3


def test_a_merge_by_a_person_stays_and_moves_history() -> None:
    bring(rows(), refresh=True)
    one, two = Customer.objects.get(name=FULL), Customer.objects.get(name=OTHER)
    event = merging.merge(one, two, actor=people.actor("boss"))
    refresh.run(actor=Actor.system(), report=lambda *_: None)
    assert names() == {FULL: {FULL, SHORT, OTHER}}
    assert one.summaries.get(laboratory="").lines == 4
    assert not two.summaries.exists()
    merging.unmerge(event, actor=people.actor("boss2"))
    refresh.run(actor=Actor.system(), report=lambda *_: None)
    assert names() == {FULL: {FULL, SHORT}, OTHER: {OTHER}}
    assert two.summaries.get(laboratory="").lines == 1


def test_one_string_for_two_customers_is_decided_per_line() -> None:
    name = "恒达商行"
    near = {"联系电话": "13900000001", "单位地址": "合肥市庐阳区长江路1号", "联系人": "王一"}
    far = {"联系电话": "13900000002", "单位地址": "芜湖市镜湖区北京路99号", "联系人": "周二"}
    bring([row(f"W{n}", 单位名称=name, **(near if n % 2 else far)) for n in range(10)])
    run()
    aliases = CustomerName.objects.filter(text=name)
    assert sorted(aliases.values_list("variant", flat=True)) == [0, 1]
    assert aliases.values("customer").distinct().count() == 2
    phones = {(line.alias_id, line.phone) for line in LedgerLine.objects.all()}
    assert len(phones) == 2
    before = sorted(LedgerLine.objects.values_list("pk", "alias_id"))
    run()
    assert sorted(LedgerLine.objects.values_list("pk", "alias_id")) == before


def test_what_a_person_wrote_is_not_overwritten() -> None:
    bring(rows())
    run()
    customer = Customer.objects.get(name=FULL)
    customer.phone = "0551-65128888"
    customer.save()
    Event.objects.create(
        at="2026-01-01T00:00:00Z", kind="customer.changed", actor=people.person("boss"), channel="page",
        party_id=customer.pk,
    )  # fmt: skip
    bring([row(f"X{n}", 单位名称=FULL, 联系电话="13700001111", 单位地址=STREET) for n in range(9)])
    run()
    customer.refresh_from_db()
    assert customer.phone == "0551-65128888"


def test_a_customer_entered_by_hand_receives_the_lines_of_its_name() -> None:
    own = Customer.objects.create(name=FULL, phone=PHONE)
    bring(rows())
    run()
    assert names() == {FULL: {FULL, SHORT}, OTHER: {OTHER}}
    assert CustomerName.objects.get(text=SHORT).customer == own


def test_customers_of_an_undone_import_are_put_away_and_come_back() -> None:
    done = bring(rows(), refresh=True)
    numbers = dict(Customer.objects.values_list("name", "number"))
    take_back(done, refresh=True)
    assert not Customer.objects.filter(deleted_at=None).exists()
    bring(rows(), refresh=True)
    assert dict(Customer.objects.filter(deleted_at=None).values_list("name", "number")) == numbers


def test_clearing_the_demo_hides_it_and_bringing_it_back_restores_it() -> None:
    bring(rows(), source=demo.SOURCE)
    Source.objects.update(is_demo=True)
    run()
    bring([row("E1", 单位名称="蚌埠嘉铄玻璃有限公司")], source="自有")
    run()
    boss = people.actor("admin", "administrator")
    costs.declare(demo.COSTS, actor=Actor.system())
    demo.clear(actor=boss)
    assert costs.current() is None  # nobody's own
    live = Customer.objects.filter(deleted_at=None)
    assert list(live.values_list("name", flat=True)) == ["蚌埠嘉铄玻璃有限公司"]
    assert LedgerLine.objects.filter(LedgerLine.live).count() == 1
    run()
    demo.bring_back(actor=boss)
    assert costs.rates(costs.current()).travel["安徽省", "合肥市"] == 2_000
    run()
    assert live.count() == 3
    assert [e.kind for e in Event.objects.filter(kind__startswith="demo.").order_by("pk")] == [
        "demo.cleared",
        "demo.brought_back",
    ]


def test_thresholds_show_the_error_to_expect_before_they_are_applied() -> None:
    bring(rows())
    run()
    last = IdentityRun.objects.latest("pk")
    at = thresholds.preview(*thresholds.current())
    assert at["linked"] == last.expected_error["bands"]["linked"]
    assert at["linked_wrong"] == pytest.approx(last.expected_error["bands"]["linked_wrong"], abs=1e-6)
    stricter = thresholds.preview(0.999, 0.5)
    assert stricter["linked"] + stricter["reviewed"] + stricter["distinct"] == last.pairs
    thresholds.apply(0.9, 0.4, actor=people.actor("boss"))
    assert thresholds.current() == (0.9, 0.4)
    assert Event.objects.filter(kind="identity.thresholds").count() == 1
    with pytest.raises(InputError):
        thresholds.apply(0.3, 0.4, actor=people.actor("boss2"))
