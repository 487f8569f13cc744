"""What the demo's customers said: notes as account managers write them, satisfied, plain and angry ones."""

from __future__ import annotations

from random import Random

from hengke.modules.activities.enums import ActivityKind

Note = tuple[ActivityKind, str, str, str]
INSTRUMENTS = (
    "压力表", "压力变送器", "温湿度计", "数显卡尺", "电子天平", "万用表", "铂热电阻", "气体报警器",
    "扭矩扳手", "血压计", "恒温箱", "流量计",
)  # fmt: skip
WHO = ("设备部", "质量部", "计量室", "生产部", "安环部", "检验科", "采购部")
CALL, VISIT, NOTE, MEETING = ActivityKind.CALL, ActivityKind.VISIT, ActivityKind.NOTE, ActivityKind.MEETING

# How often a kind of note comes, and the notes: kind, subject, text, outcome.
PLAIN: tuple[Note, ...] = (
    (CALL, "到期提醒", "电话提醒下月到期的{item}，{who}确认收到清单。", "月底前统一送检"),
    (CALL, "催款", "与{who}核对去年四季度未付发票，共 {n} 张。", "财务已排款，两周内到账"),
    (CALL, "询价", "{who}询价：新增{item} {n} 台，希望本周给报价。", "报价单已发"),
    (CALL, "能力咨询", "{who}咨询新购{item}能不能检，需要哪个检定规程，想知道资质范围。", "已转检定室答复"),
    (CALL, "进度查询", "{who}希望能在微信或小程序上查询检定进度，现在只能打电话。", "已登记需求"),
    (VISIT, "上门走访", "了解新建产线的计量需求，现场看了{item}等 {n} 台仪表，需要现场校准。", "待报价"),
    (VISIT, "现场检定安排", "{who}要求{item}上门检定，设备停机时间只有两天。", "已排入下月计划"),
    (NOTE, "联系人变动", "{who}负责人换人，新联系人已加入通讯录。", ""),
    (NOTE, "培训需求", "{who}想安排计量员培训，讲课内容为{item}的使用与期间核查。", "已报培训中心"),
    (NOTE, "开票要求", "{who}要求改为月结对账，每月 25 日前开专票。", "已转财务"),
    (MEETING, "年度服务沟通会", "与{who}回顾全年送检、到款与现场服务安排。", "明年增加一次现场批量检定"),
    (MEETING, "框架合同", "{who}提出续签框架合同，希望价格给优惠，数量约 {n} 台。", "折扣待批"),
)
GLAD: tuple[Note, ...] = (
    (CALL, "回访", "{who}对{item}检定很满意，证书及时，工作人员专业耐心。", ""),
    (CALL, "回访", "回访{who}：取件方便，出证快，非常感谢。", "继续合作"),
    (VISIT, "上门走访", "{who}表示现场检定配合顺利，人员规范认真，明年愿意增加{item}。", "长期合作意向明确"),
    (NOTE, "表扬", "{who}来电表扬收发室服务热情周到，加急的{item}准时送到。", ""),
    (NOTE, "反馈", "电子证书下载方便，{who}说省心，推荐给了园区另一家企业。", "记为转介绍"),
    (MEETING, "满意度座谈", "{who}认可检测质量，报告准确清楚，沟通顺畅。", ""),
)
CROSS: tuple[Note, ...] = (
    (
        CALL,
        "投诉",
        "{who}投诉证书寄送太慢，{item}已经送检 {n} 天，电话一直没人接，很不满意。",
        "已道歉，当天补寄",
    ),
    (CALL, "投诉", "{who}反映证书上型号填错，要求尽快补证，影响他们审核，非常着急。", "更正证书已加急"),
    (CALL, "催进度", "{who}催{item}，说承诺 10 天，现在超期 {n} 天，再拖就换一家。", "检定室答应明日出证"),
    (
        VISIT,
        "流失原因了解",
        "{who}认为收费偏高，别的机构报价便宜，{item}今年送到第三方了。",
        "报领导考虑优惠",
    ),
    (NOTE, "反馈", "客户反映收样窗口排队久，手续繁琐，希望能网上委托。", "已转业务受理"),
    (NOTE, "器具损坏", "{who}称{item}送回时有破损，要求维修或赔偿，情绪很差。", "检定室核查中"),
    (
        CALL,
        "到期未提醒",
        "{who}抱怨今年没有收到到期提醒，{item}超期被外审开了不符合项，很失望。",
        "已补加周检提醒",
    ),
    (CALL, "发票问题", "发票抬头开错，{who}跑了两次还没有解决，觉得推诿。", "已重开"),
)


def notes(dice: Random) -> list[Note]:
    """Two to six notes of one customer: most of them plain, a third glad, and cross ones with customers who are so."""
    temper = dice.random()
    found = dice.sample(PLAIN, dice.randint(1, 3))
    found += dice.sample(GLAD, dice.randint(0, 2)) if temper < 0.7 else []
    found += dice.sample(CROSS, dice.randint(1, 2)) if temper > 0.55 else []
    return [_filled(note, dice) for note in found]


def _filled(note: Note, dice: Random) -> Note:
    kind, subject, text, outcome = note
    words = {"item": dice.choice(INSTRUMENTS), "who": dice.choice(WHO), "n": dice.randint(5, 40)}
    return kind, subject, text.format(**words), outcome
