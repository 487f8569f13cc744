"""The scenes of the gallery: list, customer, review, states; and the context of each."""

from __future__ import annotations

from typing import Any

from django import forms

from hengke.engines import charts
from hengke.engines.charts import Part
from tests.hengke.faces.gallery_data import choices, dashboard, shell

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
    tabs = choices("全部客户", "贡献前 80%", "30 天内待复检", "流失预警", "我负责的", at=1)
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
