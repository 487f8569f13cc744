"""The canonical fields of a ledger line, with the words that institutions use for them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a field's cell is read."""

    TEXT = "text"
    DATE = "date"
    MONEY = "money"
    RATE = "rate"
    PHONE = "phone"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class LedgerField:
    """One canonical field; `synonyms` are headers seen elsewhere, separated by bars."""

    name: str
    chinese: str
    english: str
    kind: Kind = Kind.TEXT
    required: bool = False
    keeps_marks: bool = False
    """"/" is a legal serial number and part of the line key, while "/" as a phone means none."""
    synonyms: str = ""

    @property
    def headers(self) -> tuple[str, ...]:
        """Every header that names this field without doubt."""
        return (self.chinese, self.english, self.name, *self.synonyms.replace("_", " ").split("|"))


FIELDS: tuple[LedgerField, ...] = (
    LedgerField(
        "order_no",
        "委托单号",
        "Order number",
        synonyms="委托编号|委托书编号|委托协议号|委托协议编号|委托合同号|委托号|委托单编号|业务单号"
        "|业务编号|业务受理号|受理编号|受理号|受理单号|收样单号|送检单号|送检编号|订单号"
        "|订单编号|任务单号|任务编号|单据号|单据编号|流水号|协议编号|合同编号|合同号|单号"
        "|order no|order id|order|commission no|job no|job number|work order|wo no|ticket no",
    ),
    LedgerField(
        "submitted_on",
        "送检日期",
        "Submission date",
        Kind.DATE,
        required=True,
        synonyms="送检时间|送样日期|送样时间|收样日期|收样时间|收样日|来样日期|委托日期|委托时间"
        "|受理日期|受理时间|登记日期|登记时间|接收日期|收件日期|收检日期|业务日期|下单日期"
        "|送达日期|submitted|submitted on|submission|date submitted|order date|commission date"
        "|intake date|job date|日期|date|invoice date",
    ),
    LedgerField(
        "customer_name",
        "单位名称",
        "Customer name",
        required=True,
        synonyms="客户名称|客户|客户单位|委托单位|委托方|委托单位名称|委托方名称|送检单位|送检单位名称"
        "|送样单位|受检单位|受检单位名称|使用单位|被检单位|企业名称|公司名称|顾客名称"
        "|证书单位|申请单位|往来单位|客户全称|单位全称|单位|customer|client|client name"
        "|company|company name|organisation|organization|account|account name",
    ),
    LedgerField(
        "contact",
        "联系人",
        "Contact",
        synonyms="联系人姓名|送检人|送样人|委托人|客户联系人|经办人姓名|联络人|单位联系人|contact name"
        "|contact person",
    ),
    LedgerField(
        "phone",
        "联系电话",
        "Phone",
        Kind.PHONE,
        synonyms="电话|手机|手机号|手机号码|联系方式|电话号码|固定电话|联系人电话|联系手机|联系号码"
        "|客户电话|联络电话|tel|telephone|phone number|mobile|mobile phone|contact phone|cell",
    ),
    LedgerField(
        "address",
        "单位地址",
        "Address",
        synonyms="地址|联系地址|客户地址|通讯地址|通信地址|公司地址|详细地址|委托单位地址|企业地址"
        "|所在地址|street|street address|customer address|company address",
    ),
    LedgerField(
        "code",
        "统一社会信用代码",
        "Unified social credit code",
        Kind.CODE,
        synonyms="社会信用代码|信用代码|统一信用代码|税号|纳税人识别号|组织机构代码|机构代码|统一编号"
        "|营业执照号|credit code|uscc|tax no|tax id|tax number|vat no|registration no",
    ),
    LedgerField(
        "instrument_name",
        "器具名称",
        "Instrument",
        synonyms="仪器名称|计量器具名称|设备名称|样品名称|仪器设备名称|被检器具|被检器具名称|器具|仪器"
        "|样品|产品名称|计量器具|送检器具|物品名称|被校仪器名称|instrument name|equipment"
        "|equipment name|device|device name|sample name|item name",
    ),
    LedgerField(
        "model",
        "规格型号",
        "Model",
        keeps_marks=True,
        synonyms="型号规格|型号|规格|型号/规格|规格/型号|型号及规格|器具型号|仪器型号|设备型号"
        "|测量范围|厂牌型号|机型|model no|model number|type|specification|spec",
    ),
    LedgerField(
        "serial",
        "出厂编号",
        "Serial number",
        keeps_marks=True,
        synonyms="器具编号|仪器编号|设备编号|样品编号|编号|机身号|机身编号|产品编号|序列号|出厂号"
        "|资产编号|管理编号|出厂编码|产品序号|仪器序号|机器序号|序号"
        "|serial|serial no|s/n|sn|asset no|equipment no|id no",
    ),
    LedgerField(
        "laboratory",
        "检定室",
        "Laboratory",
        synonyms="实验室|检测室|检验室|校准室|专业室|科室|检定科室|检测科室|所属科室|检测部门|检定部门"
        "|业务科室|部门|专业科室|承检科室|承检部门|lab|department|section",
    ),
    LedgerField(
        "project_group",
        "项目组",
        "Project group",
        synonyms="专业组|检定组|班组|项目组别|组别|检测组|小组|专业|group|team|discipline",
    ),
    LedgerField(
        "service_kind",
        "服务类别",
        "Kind of service",
        synonyms="服务类型|业务类别|业务类型|检定类别|检测类别|检测类型|服务方式|工作类别|检定/校准"
        "|检校类别|委托类型|性质|service|service type|service kind|kind",
    ),
    LedgerField(
        "item",
        "检定项目",
        "Item",
        synonyms="检测项目|校准项目|收费项目|检验项目|服务项目|项目名称|项目|检定规程|规程名称"
        "|test item|test|calibration item|service item|fee item",
    ),
    LedgerField(
        "done_on",
        "检定日期",
        "Date done",
        Kind.DATE,
        synonyms="检测日期|校准日期|检验日期|完成日期|完工日期|完成时间|检定时间|检定完成日期|出证日期"
        "|证书日期|签发日期|发证日期|calibration date|calibrated on|test date|done|done on"
        "|completed|completion date|date completed|certificate date",
    ),
    LedgerField(
        "valid_until",
        "有效期至",
        "Valid until",
        Kind.DATE,
        synonyms="有效期|有效日期|有效期限|到期日期|到期日|有效期截止|证书有效期|下次检定日期"
        "|下次校准日期|下次送检日期|复校日期|建议复校日期|valid to|valid till|validity|expiry"
        "|expiry date|expires|due|due date|next due|next calibration",
    ),
    LedgerField(
        "list_price",
        "标准收费",
        "List price",
        Kind.MONEY,
        synonyms="标准价|标准价格|标准费用|收费标准|单价|原价|标准金额|检定费标准|定价|price"
        "|unit price|standard fee|standard price",
    ),
    LedgerField(
        "discount",
        "折扣",
        "Discount",
        Kind.RATE,
        synonyms="折扣率|优惠率|折率|优惠折扣|打折|discount rate|rebate",
    ),
    LedgerField(
        "billed",
        "应收费",
        "Billed",
        Kind.MONEY,
        required=True,
        synonyms="应收|应收金额|应收费用|应收款|应收合计|金额|费用|收费|收费金额|检定费|检测费|校准费"
        "|检验费|总价|合同金额|开票金额|结算金额|应缴费|应缴金额|应交费用|账单金额|帐单金额|请款金额|折后价|折后金额"
        "|amount|billed amount|fee|fees|total|charge|charged|invoice amount|invoiced|net"
        "|receivable",
    ),
    LedgerField(
        "received",
        "实收费",
        "Received",
        Kind.MONEY,
        synonyms="实收|实收金额|实收费用|实收款|已收|已收金额|到账金额|回款金额|收款金额|实缴费"
        "|实缴金额|已付金额|缴费金额|received amount|paid|paid amount|amount paid"
        "|amount received|payment",
    ),
    LedgerField(
        "received_on",
        "收费日期",
        "Payment date",
        Kind.DATE,
        synonyms="收款日期|收费时间|缴费日期|缴费时间|到账日期|回款日期|付款日期|实收日期|结算日期"
        "|交费日期|paid on|date received|date paid|received on",
    ),
    LedgerField(
        "cost",
        "成本",
        "Cost",
        Kind.MONEY,
        synonyms="成本费|成本金额|直接成本|检定成本|单台成本|成本价|costs|direct cost|cost price",
    ),
    LedgerField(
        "handler",
        "经手人",
        "Handled by",
        synonyms="经办人|业务员|受理人|接待人|客户经理|登记人|收样人|录入人|操作员|收费人|负责人"
        "|handler|clerk|employee|operator|account manager|staff|sales",
    ),
    LedgerField(
        "remark",
        "备注",
        "Remark",
        synonyms="备注说明|说明|附注|备注信息|其他|其它|remarks|note|notes|comment|comments|memo",
    ),
)

NAMES: tuple[str, ...] = tuple(field.name for field in FIELDS)
BY_NAME: dict[str, LedgerField] = {field.name: field for field in FIELDS}
REQUIRED: tuple[str, ...] = tuple(field.name for field in FIELDS if field.required)
MONEY: tuple[str, ...] = tuple(field.name for field in FIELDS if field.kind is Kind.MONEY)
DATES: tuple[str, ...] = tuple(field.name for field in FIELDS if field.kind is Kind.DATE)

# Without an order number an instrument comes back each year under the same key, so date and customer join it.
KEY_WITH_ORDER: tuple[str, ...] = ("order_no", "instrument_name", "model", "serial")
KEY_WITHOUT_ORDER: tuple[str, ...] = ("submitted_on", "customer_name", "instrument_name", "model", "serial")
