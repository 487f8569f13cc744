"""The command line: one parser per command, values checked while they are read."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NoReturn

from hengke.kernel.errors import InputError
from hengke.kernel.period import Period
from hengke_analytics.cli import insight

BASES = ("billed", "received", "lines", "margin")
_ROLES = {
    "customer": "客户列", "date": "日期列", "amount": "金额列，或两列之积，如 Quantity*UnitPrice",
    "received": "实收列", "received-on": "收款日期列", "cost": "成本列", "lines": "台件数列",
}  # fmt: skip


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The chosen command with its options; `run` carries it out. InputError `usage` for anything else."""
    return _parser().parse_args(list(arguments))


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line instead of printing the usage."""

    def error(self, message: str) -> NoReturn:
        raise InputError("usage", "{what} (see {program} --help)", what=message, program=self.prog)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="hengke", description="直接分析文件：csv（可 .gz）、xlsx、parquet")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令", parser_class=Parser)
    for name, (words, *extras) in _MEASURES.items():
        command = commands.add_parser(name, help=words, description=words)
        _add_facts(command)
        for extra in extras:
            extra(command)
        command.set_defaults(run=_measure)
    for name, (words, *extras) in _CUSTOMERS.items():
        command = commands.add_parser(name, help=words, description=words)
        _add_facts(command)
        for extra in extras:
            extra(command)
        command.set_defaults(run=_customers)
    _add_identity(commands.add_parser("identity", help="客户归一", description="客户归一"))
    words = "模型、模式与预测"
    insight.add_commands(commands.add_parser("insight", help=words, description=words), Parser)
    return parser


def _measure(chosen: argparse.Namespace) -> None:
    from hengke_analytics.cli import measure

    measure.run(chosen)


def _customers(chosen: argparse.Namespace) -> None:
    from hengke_analytics.cli import customers

    customers.run(chosen)


def _identity(chosen: argparse.Namespace) -> None:
    from hengke_analytics.cli import identity

    identity.run(chosen)


def _add_facts(command: argparse.ArgumentParser) -> None:
    add_files(command)
    for role, words in _ROLES.items():
        command.add_argument(f"--{role}", metavar="COL", help=f"{words}（默认按表头判断）")
    command.add_argument("--from", dest="start", type=_day, metavar="DATE", help="期间起（含）")
    command.add_argument("--to", dest="end", type=_day, metavar="DATE", help="期间止（不含）")
    command.add_argument("--as-of", type=day_of, metavar="DATE", help="截至日（默认最后日期的次日）")
    command.add_argument("--basis", choices=BASES, default="billed", help="贡献口径：应收、实收、台件、毛利")
    add_output(command)


def add_files(command: argparse.ArgumentParser) -> None:
    """Which rows are read: what `files.read_table` and `conditions.keep` take."""
    command.add_argument("files", nargs="+", type=Path, metavar="FILE", help="一个或多个文件（表头相同）")
    command.add_argument("--sheet", help="工作表名")
    command.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="COND",
        help='只取符合条件的行，如 "Quantity>0"，可重复',
    )


def add_output(command: argparse.ArgumentParser) -> None:
    """Where and how the answer is given: what `answer.give` reads."""
    command.add_argument("--json", action="store_true", help="在标准输出给出一个 JSON 对象")
    command.add_argument("--out", type=Path, metavar="FILE", help="把明细写成 csv、xlsx 或 parquet")
    command.add_argument("--limit", type=int, default=20, metavar="N", help="屏幕上最多几行（0 为全部）")


def add_as_of(command: argparse.ArgumentParser) -> None:
    """The day up to and with which the rows are known."""
    command.add_argument("--as-of", type=day_of, metavar="DATE", help="截至日（含，默认数据的最后一天）")


def _two_periods(command: argparse.ArgumentParser) -> None:
    command.add_argument("--from2", dest="start2", type=_day, metavar="DATE", help="第二期间起（含）")
    command.add_argument("--to2", dest="end2", type=_day, metavar="DATE", help="第二期间止（不含）")


def _by(command: argparse.ArgumentParser) -> None:
    command.add_argument("--by", action="append", default=[], metavar="COL", help="按此列分组，可重复")


def _share(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--share", type=_fraction, default=Decimal("0.8"), metavar="X", help="份额，如 0.8 或 80%%"
    )


def _cuts(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--cuts", type=_percentages, default=None, metavar="A,B,C", help="金字塔分界百分比，默认 1,5,20"
    )


def _costs(command: argparse.ArgumentParser) -> None:
    rates = {
        "winning": "每个新客户的开发成本（元）", "keeping": "每个客户一年的维系成本（元）",
        "per-order": "每单（无单号时按天）的受理成本（元）", "direct-line": "无成本列时每台件的直接成本（元）",
    }  # fmt: skip
    for name, words in rates.items():
        command.add_argument(f"--{name}", type=_yuan, default=Decimal(0), metavar="YUAN", help=words)
    command.add_argument(
        "--direct-share",
        type=_fraction,
        default=Decimal(0),
        metavar="X",
        help="无成本列时直接成本占应收的比例",
    )


def _earlier(command: argparse.ArgumentParser) -> None:
    command.add_argument("--earlier", type=day_of, metavar="DATE", help="起始日（默认截至日的前一年）")


def _classes(command: argparse.ArgumentParser) -> None:
    command.add_argument("--k", type=int, choices=(2, 3), default=2, help="2：头部之外分两类；3：全体分三类")


def _segments(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--segments", type=Path, metavar="FILE", help="自定义分群表：segment,r,f,m（如 4-5）"
    )


_Extra = Callable[[argparse.ArgumentParser], None]
_MEASURES: dict[str, tuple[Any, ...]] = {
    "pareto": ("贡献曲线：多少客户贡献了 80%%", _share),
    "pyramid": ("客户金字塔", _cuts),
    "rfm": ("RFM 评分与分群", _segments),
    "intervals": ("大、中、小客户的特征区间", _share, _classes),
    "migration": ("两期之间的层级迁移", _two_periods, _cuts),
    "distribution": ("按维度分布", _by),
    "yoy": ("同比；--by month 逐月并累计", _two_periods, _by),
    "lost": ("流失（未回头）客户", _two_periods),
    "growth": ("客户增长率",),
    "arrival": ("到账率与收款天数", _by),
}


_CUSTOMERS: dict[str, tuple[Any, ...]] = {
    "profit": ("客户利润与亏损原因", _costs),
    "golden": ("黄金客户", _share),
    "frequency": ("送检频度：规律、偶尔、一次",),
    "flow": ("客户流动：两个日期之间的阶段变化", _earlier),
}


def _add_identity(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="action", required=True, metavar="动作", parser_class=Parser)
    match = commands.add_parser("match", help="把同一客户的不同名称归到一起")
    match.add_argument("files", nargs="+", type=Path, metavar="FILE")
    match.add_argument("--review", type=Path, metavar="FILE", help="待人工判断的名称对写到这里")
    for role in ("name", "phone", "address", "contact", "code", "region"):
        match.add_argument(f"--{role}", metavar="COL", help="列名（默认按表头判断）")
    lookup = commands.add_parser("lookup", help="在名单中查找名称或简称")
    lookup.add_argument("files", nargs=1, type=Path, metavar="FILE", help="名单")
    lookup.add_argument("queries", nargs="*", metavar="NAME", help="要查的名称")
    lookup.add_argument("--queries", dest="query_file", type=Path, metavar="FILE", help="每行一个名称的文件")
    lookup.add_argument("--top", type=int, default=1, metavar="N", help="每个名称最多几个结果")
    for command in (match, lookup):
        command.add_argument("--sheet", help="工作表名")
        add_output(command)
    parser.set_defaults(run=_identity)


def whole(least: int, most: int = 1_000) -> Callable[[str], int]:
    """Reader of a whole number within limits."""

    def read(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f'"{text}" is not a whole number from {least} to {most}')
        return int(text)

    return read


def day_of(text: str) -> date:
    """A day written as 2024-12-31."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{text}" is not a date such as 2024-12-31') from None


def _day(text: str) -> date:
    """A day, or the first day of a written year, quarter or month."""
    try:
        return Period.parse(text).start
    except InputError as error:
        raise argparse.ArgumentTypeError(error.message) from None


def _fraction(text: str) -> Decimal:
    share = _decimal(text.removesuffix("%"))
    share = share / 100 if text.endswith("%") or share > 1 else share
    if not 0 < share <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not a share between 0 and 100 %")
    return share


def _yuan(text: str) -> Decimal:
    amount = _decimal(text)
    if not 0 <= amount < 10**9:
        raise argparse.ArgumentTypeError(f"{text} is not an amount from 0 to a billion")
    return amount


def _percentages(text: str) -> list[Decimal]:
    cuts = [_decimal(part.strip().removesuffix("%")) for part in text.split(",")]
    return cuts if "%" not in text and max(cuts) < 1 else [cut / 100 for cut in cuts]


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise argparse.ArgumentTypeError(f'"{text}" is not a number')
    return number
