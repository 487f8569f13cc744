"""Vocabulary of fictional names: firms and people made from it do not exist; divisions in data/ are real."""

from __future__ import annotations


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# A trade name (字号) is one first and one second character, sometimes a third: early characters
# are common in the demo, late ones rare, as in life (many 恒达, one 砺珩).
CORE_FIRST = (
    "恒华鑫宏瑞金泰盛永德新中兴天东嘉长佳安广"
    "凯博远信立正祥荣富康诚万亿隆昌顺通利丰裕"
    "星海江山云龙凤鹏麒松柏青蓝银玉晶明晨旭朝"
    "启拓锐睿卓越腾飞骏驰皓澜沐霁珩砺衡岚屹曜"
)
CORE_SECOND = (
    "达泰源丰盛发隆祥瑞昌顺通利和信诚德康安宁"
    "华兴荣茂升辉腾飞跃翔鸿鹏远博创新科锐特尔"
    "邦威力强固基石峰岭川泽润清洁雅美丽佳欣悦"
    "晟铭钧锋铄锦绣棠榕桦芸蔚霖沛涵琛珂玥璟曦"
)
CORE_THIRD = "达尔特斯恩莱诺维克森邦普迪亚美科讯凯奥伦"

# Real brands that the characters above could spell: no demo debt for a real firm.
REAL_BRANDS = frozenset(
    _listed(
        "华为 中兴 恒瑞 恒大 万达 万科 华润 中通 顺丰 德邦 永辉 康师傅 金龙 长安 海信 海尔 海康 新华 "
        "新东方 金山 云南 "
        "江山 青海 安利 安踏 美的 富力 恒力 恒安 凯撒 长城 中信 华泰 广发 立讯 飞科 天润 博世 康宁 天美 "
        "恒隆 永和 "
        "金科 华邦 新安 天源 万丰 瑞丰 利丰 中科 安科 安凯 星马 丰原 海螺 金种子"
    )
)

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹彭曾萧田董潘袁蔡蒋余于杜叶程魏苏吕丁"
GIVEN = _listed(
    "伟 芳 敏 静 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 霞 平 刚 辉 玲 建国 志强 海燕 晓东 文静 春梅 立新 "
    "国庆 少华 "
    "宏亮 雪莲 子涵 雨桐 家豪 思远 佳怡 振宇 慧敏 长根 玉兰 德胜 金凤 永生 小红 学军 红梅 卫东 丽华 "
    "新民 秀英"
)

ROADS = _listed(
    "创业大道 科学大道 望江路 迎宾大道 淮河路 天柱路 紫蓬路 习友路 桃花潭路 九华路 齐云路 滨湖路 "
    "龙山路 银屏路 "
    "解放路 人民路 建设路 朝阳路 和平路 工农路 胜利路 团结路 文昌路 学府路 振兴路 兴业路 纬三路 "
    "纬八路 经五路"
)
PARKS = _listed(
    "高新技术产业园 经济开发区科创园 智能制造产业园 循环经济园 电子信息产业园 中小企业创业园 双创孵化园"
)
PETROL_BRANDS = _listed("皖恒石油 江澜石化 中原油联 徽远能源")
DEPARTMENTS = _listed("质量部 计量室 设备科 品管部 采购部 一分厂 二车间 动力车间 检验科 器械科")
CLERKS = _listed("周敏 陈志强 汪洋 吴晓东 方静 许建国 程慧敏 鲍磊 江雪莲 洪涛 阮芳 费宏亮")
NOTES = _listed("现场检定 加急 客户自送 快递 证书邮寄 合并开票")

# One mistyped character: same sound or same look.
CONFUSED = dict(
    zip(
        "达泰源丰盛祥昌顺通利和信诚康安华兴辉腾飞远博创新科锐特力强峰清佳欣铭锋锦恒鑫宏瑞金永德天嘉凯立荣"
        "富隆裕"
        "星海江云龙鹏松青蓝晶明晨旭启拓睿卓皓澜岚械检测材汽",
        "大太原沣胜详晶舜桐丽合心城糠按桦星晖滕非元薄闯心课悦持立墙锋青家新名峰绵衡新洪锐今勇得添佳铠利融"
        "福龙峪"
        "兴悔讧芸尨朋崧清兰昌铭辰序起柘容桌浩斓兰诫捡侧财气",
        strict=True,
    )
)

# Traditional forms of the characters that the names above use (an old word processor of the customer).
TRADITIONAL = str.maketrans(
    dict(
        zip(
            "达丰发顺华兴荣辉腾飞远创锐强岭泽润洁丽铭锋锦绣芸东长广凯诚万亿昌龙凤麒蓝银晶启骏驰澜霁砺岚恩莱诺"
            "维亚讯奥伦"
            "汽车动机电气检测医药业园设备环络构钢铁铜铝结织纺饰热水压厂团张责任县区经济术开华计仪轮轴传书实验",
            "達豐發順華興榮輝騰飛遠創銳強嶺澤潤潔麗銘鋒錦繡蕓東長廣凱誠萬億昌龍鳳麒藍銀晶啟駿馳瀾霽礪嵐恩萊諾"
            "維亞訊奧倫"
            "汽車動機電氣檢測醫藥業園設備環絡構鋼鐵銅鋁結織紡飾熱水壓廠團張責任縣區經濟術開華計儀輪軸傳書實驗",
            strict=True,
        )
    )
)
