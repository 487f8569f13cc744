"""What the gallery shows: invented customers, drawn by the real charts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.messages import INFO, SUCCESS
from django.contrib.messages.storage.base import Message

from hengke.engines import charts
from hengke.engines.charts import Part, Reading

AMOUNTS = [Decimal(4_000_000) / (rank ** Decimal("1.08")) for rank in range(1, 2847)]
MONTHS = [str(month) for month in range(1, 13)]
LAST = [478, 425, 540, 596, 665, 668, 637, 620, 690, 662, 706, 800]
THIS = [512, 468, 590, 632, 700, 688, 655, 671, 740, 688, 512, None]
ANHUI = [2874, 1108, 418, 197, 402, 88, 262, 318, 118, 366, 236, 152, 171, 131, 92, 205]
NAMES = [
    ("皖江精密机械有限公司", "vip", "合肥", 412.6, 0.182, 0.94),
    ("长江汽车零部件有限公司", "vip", "芜湖", 386.0, 0.064, 0.91),
    ("省第三人民医院", "major", "合肥", 158.3, -0.041, 0.83),
    ("淮河特种玻璃股份有限公司", "major", "蚌埠", 143.9, 0.317, 0.88),
    ("钢联冶金设备集团", "major", "马鞍山", 127.4, -0.228, 0.52),
    ("华诺检测技术服务有限公司", "major", "合肥", 119.0, 0.092, 0.79),
    ("新晖光伏科技有限公司", "regular", "滁州", 96.8, 0.649, 0.74),
    ("徽州茶叶集团", "regular", "黄山", 41.3, -0.085, 0.71),
    ("濉溪县中心粮库", "small", "淮北", 6.1, -0.012, 0.73),
]


class SampleForm(forms.Form):
    """One field of each kind, one of them wrong."""

    name = forms.CharField(label="单位名称", help_text="与 C-000417 相似 0.93")
    code = forms.RegexField(
        r"^\w{18}$", label="统一社会信用代码", error_messages={"invalid": "应为 18 位，现为 10 位"}
    )
    kind = forms.ChoiceField(label="类别", choices=[("a", "生产企业"), ("b", "监管部门")])
    remark = forms.CharField(label="备注", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    notify = forms.BooleanField(label="到期提醒", required=False)


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
        "periods": _choices("本月", "本季", "本年", "自选", at=2),
    }


def _choices(*labels: str, at: int = 0) -> list[dict[str, Any]]:
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
        "measures": _choices("收入", "台件", "到账"),
        "maps": _choices("方格", "表格"),
        "histogram": charts.histogram(
            [0, 50, 100, 200, 400, 800, 1600], [120, 340, 510, 402, 96, 12], title="单笔金额分布"
        ),
    }


def listing() -> dict[str, Any]:
    """The customer list."""
    rows = [
        {
            "name": name,
            "tier": tier,
            "city": city,
            "amount": amount,
            "change": change,
            "loyalty": loyalty,
            "code": f"C-{i:06}",
            "category": "制造",
            "owner": "李响",
            "due": 7 * i,
            "due_kind": "warn" if i > 40 else "",
            "risk": "bad" if loyalty < 0.6 else "",
            "picked": i in (2, 3),
            "bar": charts.scale_bar(loyalty, f"忠诚度 {loyalty}", kind="ok" if loyalty > 0.8 else "info"),
            "spark": charts.sparkline(
                [amount * 0.6, amount * 0.7, amount * 0.8, amount / (1 + change), amount],
                kind="bad" if change < -0.1 else "",
            ),
        }
        for i, (name, tier, city, amount, change, loyalty) in enumerate(NAMES * 3, start=1)
    ]
    tabs = _choices("全部客户", "贡献前 80%", "30 天内待复检", "流失预警", "我负责的", at=1)
    for tab, count in zip(tabs, ("2,846", "312", "218", "27", "96"), strict=True):
        tab["count"] = count
    return {
        "customers": rows,
        "tabs": tabs,
        "title": "客户",
        "subtitle": "",
        "frame": " fill",
        "chips": [
            {"label": "累计贡献", "operator": "前", "value": "80%", "remove_url": "#r1"},
            {"label": "送检年份", "operator": "为", "value": "2026", "remove_url": "#r2"},
        ],
        "page": {"text": "第 1–27 家，共 312 家", "next_url": "#next"},
    }


def customer() -> dict[str, Any]:
    """A customer's page."""
    parts = [
        Part("未到期", 62.0, "q2"),
        Part("1–30 天", 18.0, "q4"),
        Part("31–90 天", 6.4, "p2"),
        Part("90 天以上", 2.1, "p4"),
    ]
    events = [
        (
            "phone",
            "info",
            "呼入 · 何雨询问 3 号线压力变送器能否现场检定",
            "李晓（坐席 07） · 6 分 12 秒",
            "10:24",
        ),
        ("money", "ok", "到账 86,400 元", "核销合同 HT-2026-0317 第 2 期 · 账期 34 天", "09:02"),
        ("certificate", "ok", "出具证书 14 份", "长度室 9 · 热工室 5", "周四"),
        ("warning", "warn", "电学室送检量环比降 28%", "已建任务“回访原因”", "周一"),
        ("merge", "mute", "合并名称“蚌埠淮河玻璃厂”", "相似度 0.93 · 周敏确认 · 可撤销", "10-15"),
    ]
    return {
        "title": "淮河特种玻璃",
        "subtitle": "",
        "crumbs": [{"label": "客户", "url": "#customers"}],
        "change": 0.317,
        "spark": charts.sparkline([70, 82, 95, 109, 143.9], "近 5 年", width=96),
        "facts": [
            ("统一编号", "C-000417"),
            ("信用代码", "913403007XXXXX216K"),
            ("行业", "玻璃制品 · C305"),
            ("地区", "安徽 蚌埠 禹会区"),
            ("客户经理", "陈一鸣"),
            ("送检始于", "2015 年 3 月"),
        ],
        "aliases": [
            ("淮河特种玻璃股份有限公司", "主名称", "6,204"),
            ("淮河特玻", "简称", "1,118"),
            ("蚌埠淮河玻璃厂", "曾用名", "402"),
        ],
        "contacts": [("赵文斌", "计量室主任 · 决策"), ("何雨", "送检联系人 · 每周"), ("钱永", "财务 · 开票")],
        "years": charts.year_pairs(
            ["2022", "2023", "2024", "2025", "2026"],
            [70, 82, 95, 109, None],
            [72, 80, 91, 104, -12],
            title="逐年贡献",
            names=("开单", "到账"),
        ),
        "record_tabs": [
            {"label": "动态", "url": "#t", "current": True, "count": None},
            {"label": "器具", "url": "#i", "current": False, "count": "1,284"},
        ],
        "events": [dict(zip(("icon", "kind", "title", "text", "at"), e, strict=True)) for e in events],
        "instruments": [
            ("压力变送器 EJA110", "热工室", "逾期 3 天", "bad"),
            ("千分尺 0–25 mm", "长度室", "5 天", "warn"),
            ("数字多用表 F8846A", "电学室", "19 天", ""),
        ],
        "ageing": charts.stacked(parts, title="应收账龄", fmt=lambda v: charts.grouped(v, 1)),
        "ring": charts.ring(0.88, "0.88", "忠诚度 0.88", kind="ok"),
        "reasons": [
            (label, charts.signed_bar(value, 0.2), f"{value:+.2f}")
            for label, value in [("送检年限 11 年", 0.17), ("年增长 +31.7%", 0.12), ("距离 128 km", -0.03)]
        ],
    }


def review() -> dict[str, Any]:
    """The queue of pairs to decide."""
    pairs = [
        ("蚌埠淮河玻璃厂", "淮河特种玻璃股份有限公司", 0.92),
        ("华兴仪表", "合肥华兴仪器仪表厂", 0.81),
        ("省三院", "省第三人民医院", 0.77),
    ]
    return {
        "title": "名称归并",
        "subtitle": "14 对待复核",
        "frame": " fill",
        "queue": [
            {"a": a, "b": b, "p": f"{p:.0%}", "bar": charts.scale_bar(p, width=40, kind="ok")}
            for a, b, p in pairs * 4
        ],
        "evidence": [
            ("字号", "淮河", "淮河", "same", "字号相同，且少见（7 家）"),
            ("电话", "0552-3071234", "0552-3071234", "same", "同一电话，仅 2 家用"),
            ("地址", "禹会区长青路 18 号", "禹会区长青路 20 号", "near", "同路，门牌不同"),
            ("行业词", "玻璃", "特种玻璃", "near", "包含"),
            ("联系人", "何雨", "赵文斌", "diff", "不同，但联系人常变"),
            ("送检期间", "2015–2019", "2019–2026", "same", "前后相接"),
        ],
    }


def states() -> dict[str, Any]:
    """Wizard, upload, job, feedback, form."""
    return {
        "title": "导入",
        "subtitle": "",
        "steps": ["选择文件", "核对列", "试算", "导入"],
        "at": 2,
        "job": {
            "id": 7,
            "label": "ledger_2024.csv",
            "percent": 62,
            "text": "10,450 / 16,803 行",
            "running": True,
            "fragment_url": "/gallery/job",
            "cancel_url": "#cancel",
            "state": "",
        },
        "form": SampleForm({"name": "淮河特种玻璃", "code": "9134030071", "kind": "a"}),
    }


SCENES = {"dashboard": dashboard, "list": listing, "customer": customer, "review": review, "states": states}


def context(scene: str) -> dict[str, Any]:
    """Everything that `hengke/gallery.html` asks for to draw one scene."""
    return shell() | SCENES[scene]() | {"scene": f"hengke/gallery/{scene}.html"}
