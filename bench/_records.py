"""A data folder with many customers for the benches of lists, search and creation; made once and kept.

Names are put together from place, two to four characters, trade and legal form, so that every customer has an
own
name and common characters are as common as in a real archive. A third sits in one city, as with a city's
institute.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))
sys.path.insert(0, str(ROOT))

CITIES = [
    "合肥市",
    "芜湖市",
    "蚌埠市",
    "淮南市",
    "马鞍山市",
    "淮北市",
    "铜陵市",
    "安庆市",
    "黄山市",
    "滁州市",
    "阜阳市",
    "宿州市",
    "六安市",
    "亳州市",
    "池州市",
    "宣城市",
]
CORE = (
    "华兴中天德润恒通瑞丰金泰宏达盛世嘉美安康永利新科东方长江大地"
    "高远明珠海容国信正和精密博雅思源佳禾云帆启智朗星凯旋"
)
TRADES = [
    "机械",
    "电子",
    "化工",
    "食品",
    "医药",
    "仪表",
    "建材",
    "供水",
    "燃气",
    "玻璃",
    "纺织",
    "汽车零部件",
    "检测技术",
    "环保科技",
    "电力设备",
]
FORMS = ["有限公司", "有限公司", "有限责任公司", "股份有限公司", "厂", "集团有限公司"]
SCALES = {"1k": 1_000, "20k": 20_000, "200k": 200_000, "1m": 1_000_000}


def open_data(count: int) -> None:
    """Set Django up on a data folder with `count` customers, each with a contact; fill the folder when it is
    new.
    """
    folder = Path(os.environ.get("HENGKE_BENCH_DATA", tempfile.gettempdir())) / f"hengke-bench-{count}"
    os.environ["HENGKE_DATA"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "hengke.config.settings"
    folder.mkdir(parents=True, exist_ok=True)
    import django

    django.setup()
    from django.core.management import call_command

    from hengke.modules.customers.models import Customer

    call_command("migrate", verbosity=0)
    if Customer.objects.count() < count:
        began = time.perf_counter()
        _fill(count)
        print(f"made {count:,} customers in {time.perf_counter() - began:.0f} s", flush=True)
        _index(count)


def person(role: str = "director") -> object:
    """The one person of a role in the bench's data."""
    from hengke.engines.access.models import User

    return User.objects.get_or_create(username=role, defaults={"name": role, "role": role, "password": "!"})[
        0
    ]


def _fill(count: int) -> None:
    """Rows straight into the tables, by the same prepared statements as an import."""
    from django.db import transaction

    from hengke.engines.records.writing import bulk
    from hengke.modules.customers.models import (
        CUSTOMER_NUMBER,
        Contact,
        Customer,
        CustomerName,
        CustomerSummary,
    )

    dice = random.Random(7)
    today = date(2026, 11, 22)
    for start in range(0, count, 10_000):
        with transaction.atomic():
            numbers = CUSTOMER_NUMBER.take(min(10_000, count - start))
            made = [_customer(Customer, dice, number) for number in numbers]
            bulk.insert(Customer, made)
            bulk.insert(CustomerSummary, [_summary(CustomerSummary, dice, c, today) for c in made])
            # The variant keeps names apart that fell out equal.
            bulk.insert(
                CustomerName, [CustomerName(customer=c, text=c.name, variant=c.pk % 30_000) for c in made]
            )
            bulk.insert(Contact, [_contact(Contact, dice, c) for c in made])


def _customer(model: type, dice: random.Random, number: str) -> object:
    city = "合肥市" if dice.random() < 1 / 3 else dice.choice(CITIES)
    name = (
        city[:-1]
        + "".join(dice.choices(CORE, k=dice.randint(2, 4)))
        + dice.choice(TRADES)
        + dice.choice(FORMS)
    )
    return model(number=number, name=name, short_name=name[2:6], city=city, province="安徽省",
                 phone=f"0551-{dice.randrange(10**7, 10**8)}", category="manufacturer", stage="customer")  # fmt: skip


def _contact(model: type, dice: random.Random, customer: object) -> object:
    name = dice.choice("赵钱孙李周吴郑王") + "".join(dice.choices(CORE, k=2))
    return model(customer=customer, name=name, phone=f"1{dice.randrange(3 * 10**9, 10**10)}")


def _summary(model: type, dice: random.Random, customer: object, today: date) -> object:
    years = {str(year): f"{dice.paretovariate(1.1) * 500:.2f}" for year in range(2022, 2027)}
    return model(
        customer=customer,
        this_year=Decimal(years["2026"]),
        last_year=Decimal(years["2025"]),
        growth=dice.uniform(-1, 2),
        billed=sum(map(Decimal, years.values())),
        by_year=years,
        arrival=dice.random(),
        tier=dice.choice(("vip", "major", "regular", "small")),
        last_on=today - timedelta(days=dice.randrange(900)),
        names=1,
        due_soon=dice.randrange(20),
    )


def _index(count: int) -> None:
    from hengke.engines.records.search.index import rebuild

    began = time.perf_counter()
    entries = rebuild()
    seconds = time.perf_counter() - began
    print(
        f"search index: {entries:,} entries in {seconds:.0f} s = {entries / seconds:,.0f}/s (200,000: < 60 s)"
    )
