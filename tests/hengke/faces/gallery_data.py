"""What the gallery shows around and on the dashboard: invented, drawn by the real charts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib.messages import INFO, SUCCESS
from django.contrib.messages.storage.base import Message

from hengke.engines import charts
from hengke.engines.charts import Part, Reading

AMOUNTS = [Decimal(4_000_000) / (rank ** Decimal("1.08")) for rank in range(1, 2847)]
MONTHS = [str(month) for month in range(1, 13)]
LAST = [478, 425, 540, 596, 665, 668, 637, 620, 690, 662, 706, 800]
THIS = [512, 468, 590, 632, 700, 688, 655, 671, 740, 688, 512, None]
ANHUI = [2874, 1108, 418, 197, 402, 88, 262, 318, 118, 366, 236, 152, 171, 131, 92, 205]


def wan(value: Any) -> str:
    """Units of ten thousand with one decimal."""
    return charts.grouped(value / 10_000, 1)


def shell() -> dict[str, Any]:
    """What the frame of the page asks for."""
    groups = [
        ("工作", [("客户", "users", "2,846"), ("联系人", "contact", ""), ("器具", "instrument", "218")]),
        ("分析", [("经营总览", "dashboard", ""), ("流失客户", "trend-down", "27")]),
        (
            "数据",
            [
                ("导入", "import", ""),
                ("名称归并", "review", "14"),
                ("数据质量", "quality", ""),
                ("任务", "job", ""),
            ],
        ),
    ]
    nav = [
        {
            "label": label,
            "items": [
                {
                    "label": name,
                    "icon": icon,
                    "count": count,
                    "url": f"#{name}",
                    "hot": count in ("27", "14"),
                    "current": name == "经营总览",
                    "keys": "KeyD" if icon == "dashboard" else "",
                }
                for name, icon, count in items
            ],
        }
        for label, items in groups
    ]
    return {
        "nav": nav,
        "institution": "省计量科学研究院（示例）",
        "user": "方国栋",
        "role": "所长",
        "title": "经营总览",
        "subtitle": "数据截至 11 月 21 日 23:40",
        "demo": {"clear_url": "#clear"},
        "logout_url": "#out",
        "messages": [
            Message(SUCCESS, "已把 2 家转给陈一鸣", extra_tags="undo=/undo/1"),
            Message(INFO, "导入在后台继续"),
        ],
        "periods": choices("本月", "本季", "本年", "自选", at=2),
    }


def choices(*labels: str, at: int = 0) -> list[dict[str, Any]]:
    return [{"label": label, "url": f"#{i}", "current": i == at} for i, label in enumerate(labels)]


def dashboard() -> dict[str, Any]:
    """The director's page."""
    stops = charts.head_stops(AMOUNTS)
    stop = next(s for s in stops if s.ratio == 80)
    tip = (f"{stop.customers} 家 · {stop.fraction:.1%} 的客户", f"贡献 {wan(stop.amount)} 万元（80%）")
    spark = charts.sparkline
    tiers = [
        ("VIP", "t1", "≥ 120 万", 28, "1%", "2,431", 30),
        ("重点", "t2", "30–120 万", 114, "4%", "2,836", 35),
        ("常规", "t3", "6–30 万", 427, "15%", "1,945", 24),
        ("小微", "t4", "< 6 万", 2277, "80%", "891", 11),
    ]
    home = charts.tiles("34")
    readings = {
        tile.code: Reading(value, href=f"#{tile.code}", fell=tile.label in ("淮南", "马鞍山"))
        for tile, value in zip(home, ANHUI, strict=True)
    }
    country = {tile.code: Reading(9000 / (i + 1)) for i, tile in enumerate(charts.tiles()) if i % 5 != 4}
    return {
        "kpis": [
            {
                "label": "本年收入",
                "value": "8,103",
                "unit": "万元",
                "change": "+8.6%",
                "direction": "up",
                "url": "#k",
                "note": "上年同期 7,460",
                "spark": spark([5100, 5890, 6640, 7460, 8103], "近 5 年"),
            },
            {
                "label": "到账率",
                "value": "93.4",
                "unit": "%",
                "change": "+1.2 点",
                "direction": "up",
                "note": "应收 536 万元",
                "spark": spark([89, 90, 91, 92, 93.4]),
            },
            {
                "label": "活跃客户",
                "value": "2,846",
                "unit": "家",
                "change": "+4.3%",
                "direction": "up",
                "note": "新增 214 · 流失 97",
                "spark": spark([2310, 2480, 2590, 2728, 2846]),
            },
            {
                "label": "检测台件",
                "value": "41.7",
                "unit": "万",
                "change": "−0.8%",
                "direction": "down",
                "note": "人均 1,158 台件",
                "spark": spark([36, 38.5, 40.7, 42, 41.7], kind="bad"),
            },
            {
                "label": "流失金额",
                "value": "318",
                "unit": "万元",
                "change": "27 家",
                "direction": "down",
                "note": "占上年 3.9%",
                "spark": spark([180, 205, 262, 290, 318], kind="bad"),
            },
        ],
        "stop": stop,
        "stops_json": charts.stops_json(stops, amount=wan),
        "pareto": charts.pareto(
            charts.bin_ranked(AMOUNTS),
            charts.curve_points(AMOUNTS),
            stop,
            title="客户贡献曲线",
            tip=tip,
            legend=("名单内", "其余", "累计"),
            fmt=lambda v: charts.grouped(v / 10_000),
            table=charts.Table(
                "客户贡献曲线",
                ["累计比例", "家数", "万元"],
                [[f"{s.ratio}%", str(s.customers), wan(s.amount)] for s in stops[::10]],
            ),
        ),
        "pyramid": charts.pyramid(
            [Part(t[0], t[3], t[1], href=f"#{t[1]}") for t in tiers], title="客户金字塔"
        ),
        "tiers": [
            dict(zip(("label", "cls", "range", "customers", "fraction", "amount", "share"), t, strict=True))
            | {"bar": charts.share_bar(t[6] / 40, f"{t[0]} {t[6]}%", kind=t[1])}
            for t in tiers
        ],
        "home_map": charts.tile_map(
            home, readings, title="地市分布", columns=("地市", "万元"), fell="降 5% 以上"
        ),
        "country_map": charts.tile_map(charts.tiles(), country, title="全国分布", columns=("省份", "万元")),
        "lost": [
            {
                "name": name,
                "why": why,
                "p": p,
                "amount": amount,
                "owner": owner,
                "kind": kind,
                "bar": charts.scale_bar(p / 100, f"{p}%", kind=kind),
            }
            for name, why, p, amount, owner, kind in [
                ("恒测仪器销售有限公司", "送检 76 天未到", 87, 58, "王蕾", "bad"),
                ("钢联冶金设备集团", "电学室减量 61%", 81, 188, "陈一鸣", "bad"),
                ("徽州茶叶集团", "合同 12 月到期，未启动续签", 64, 47, "孙佳", "warn"),
                ("省第三人民医院", "预算削减", 55, 165, "王蕾", "warn"),
                ("淮南矿机修造厂", "连续 2 期逾期付款", 52, 39, "李响", "warn"),
            ]
        ],
        "months": charts.year_pairs(
            MONTHS, LAST, THIS, title="逐月收入", names=("2025", "2026"), head="月", change="同比"
        ),
        "labs": [
            {
                "name": name,
                "last": last,
                "this": this,
                "change": this / last - 1,
                "spark": spark([last * 0.8, last * 0.9, last, this], width=120),
            }
            for name, last, this in [
                ("长度室", 1210, 1290),
                ("热工室", 1036, 1122),
                ("力学室", 1461, 1498),
                ("电学室", 1020, 968),
                ("理化室", 814, 912),
            ]
        ],
        "total_change": 0.045,
        "measures": choices("收入", "台件", "到账"),
        "maps": choices("方格", "表格"),
        "histogram": charts.histogram(
            [0, 50, 100, 200, 400, 800, 1600], [120, 340, 510, 402, 96, 12], title="单笔金额分布"
        ),
    }
