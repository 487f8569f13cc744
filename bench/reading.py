"""Reading and translating a ledger: lines per second and peak memory.

python bench/reading.py [LINES]

The reference is the spine's own target: the whole way from ledger to warehouse is to reach 15,000 lines/s,
so reading and translating, its first part, should reach 60,000. The ledger is made here: GB18030, mixed
date and money formats, 20,000 names, instruments that return each year.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from hengke_analytics.warehouse.mapping import propose
from hengke_analytics.warehouse.pairing import Lines, Verdict, pair
from hengke_analytics.warehouse.reading import inspect, rows
from hengke_analytics.warehouse.totals import Checksum
from hengke_analytics.warehouse.translate import LedgerRow, Translator

TARGET = 60_000
HEADER = (
    "委托单号,送检日期,单位名称,联系人,联系电话,单位地址,器具名称,规格型号,出厂编号,检定室,项目组,服务类别,检定日期,"
    "有效期至,标准收费,折扣,应收费,实收费,收费日期,经手人,备注"
)
DATES = ("%Y-%m-%d", "%Y-%m-%d", "%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d", "%Y年%m月%d日")
MONEY = ("{:.2f}", "{:.2f}", "{:.2f}", "{:.0f}", "￥{:,.2f}", "{:.2f}元")
INSTRUMENTS = (
    ("一般压力表", "0-1.6MPa", "热工室", "压力组", 30),
    ("数显卡尺", "0-200mm", "长度室", "卡尺组", 60),
    ("数字万用表", "F8846A", "电学室", "万用表组", 300),
    ("电子天平", "BSA224S", "力学室", "天平组", 240),
    ("血压计", "台式", "医学室", "血压组", 48),
)


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.csv"
        with path.open("w", encoding="gb18030", newline="") as file:
            file.writelines(line + "\r\n" for line in ledger(count))
        print(f"ledger: {count:,} lines, {path.stat().st_size / 1e6:.0f} MB")
        measure(path)


def measure(path: Path) -> None:
    """Inspection, reading alone, reading with translation and checksum, pairing with itself."""
    began = now()
    found = inspect(path)
    seconds = now()[0] - began[0]
    print(f"inspect: {seconds:.2f} s ({found.encoding_label}, about {found.row_estimate:,} rows)")
    began = now()
    lines = sum(1 for _ in rows(path, found))
    report("read", lines, began)

    translator = Translator(propose(found.headers, [cells for _, cells in found.sample]))
    checksum, stored, incoming = Checksum(), Lines(), Lines()
    began = now()
    for row in translator.translate_all(rows(path, found)):
        if isinstance(row, LedgerRow):
            checksum.add(row)
            incoming.add(row.line_no, row.key_hash, row.row_hash)
    report("read + translate + checksum", lines, began, target=TARGET)

    began = now()
    first = pair(stored, incoming)
    report("pair with an empty store", lines, began)
    for decision, (key, row_hash) in zip(first, incoming.hashes(), strict=True):
        stored.add(decision.line, key, row_hash, decision.occurrence)
    began = now()
    again = pair(stored, incoming)
    report("pair with all stored", lines, began)
    if again.count(Verdict.UNCHANGED) != len(incoming):
        sys.exit("the same file twice must add nothing")
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def now() -> tuple[float, float]:
    """Wall clock and processor time: on a busy machine the first says little about the program."""
    return time.perf_counter(), time.process_time()


def report(what: str, lines: int, began: tuple[float, float], *, target: int | None = None) -> None:
    """One line: what, lines per second by the clock and by processor time, ratio of the latter."""
    wall, processor = (end - start for start, end in zip(began, now(), strict=True))
    ratio = f" = {lines / processor / target:.2f} x target {target:,}" if target else ""
    by_clock = f"{lines / wall:,.0f} lines/s by the clock"
    print(f"{what}: {by_clock}, {lines / processor:,.0f} by processor time{ratio}")


def ledger(count: int) -> Iterator[str]:
    """A deterministic ledger, header first."""
    chance = random.Random(7)
    yield HEADER
    order = 0
    for number in range(count):
        if number % 4 == 0:
            order += 1
            customer = int(20_000 * chance.random() ** 2)
            day = date(2019, 1, 1) + timedelta(chance.randrange(2_500))
            head = f"WT{day.year}{order:07},{shown(day, chance)}"
            phone = f"139{customer:08}" if chance.random() < 0.6 else ""
            who = (
                f"安徽省第{customer}精密仪器有限公司,王{customer % 97},{phone},合肥市长江路{customer % 900}号"
            )
        name, model, laboratory, group, price = chance.choice(INSTRUMENTS)
        serial = f"{chance.choice('ABCDEFGH')}{chance.randrange(10**6):06}" if chance.random() < 0.95 else "/"
        done = day + timedelta(chance.randrange(1, 15))
        until, paid = done + timedelta(365), done + timedelta(chance.randrange(90))
        factor = chance.choice((1, 1, 0.9, 0.85))
        billed = price * chance.randrange(1, 5) * factor
        yield (
            f"{head},{who},{name},{model},{serial},{laboratory},{group},检定,{shown(done, chance)},"
            f"{shown(until, chance)},{money(price, chance)},{factor},{money(billed, chance)},"
            f"{money(billed, chance)},{shown(paid, chance)},邓怡,"
        )


def shown(day: date, chance: random.Random) -> str:
    """A day in one of the ledger's formats."""
    return day.strftime(chance.choice(DATES))


def money(amount: float, chance: random.Random) -> str:
    """An amount in one of the ledger's formats; commas are quoted."""
    text = chance.choice(MONEY).format(amount)
    return f'"{text}"' if "," in text else text


if __name__ == "__main__":
    main()
