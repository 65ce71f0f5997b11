"""The words that stand before private things on records, forms, wristbands and screens, and what may follow them."""

from __future__ import annotations

import re

_GAP = r"[\s]*"
_COLON = rf"{_GAP}([::]?){_GAP}"

_NAMES = (
    "患者姓名|病人姓名|就诊人姓名|受检者姓名|顾客姓名|客户姓名|姓[ ]{0,4}名|患者|病人|就诊人|受检者|受术者|被检者|"
    "紧急联系人|联系人|家属签名|家属签字|患者签名|患者签字|监护人|家属|顾客|客户|Patient Name|Patient|Name"
)
_NUMBERS = (
    "病案号|病案编号|住院号|住院编号|门诊号|门诊编号|就诊卡号|就诊号|诊疗卡号|病历号|病历编号|病例号|登记号|患者ID|病人ID|"
    "患者编号|病人编号|客户编号|顾客编号|检查号|影像号|放射号|超声号|病理号|条码号|条形码号|样本号|标本号|"
    "医保卡号|医保号|社保卡号|社保号|身份证号码|身份证号|身份证|证件号码|证件号|护照号|MRN|Patient ID|ID号|ID No"
)
_BIRTHS = "出生日期|出生年月日|出生年月|出生时间|出生|生日|DOB|Date of Birth|Birth Date"
_HOMES = (
    "家庭住址|家庭地址|现住址|现居住地|居住地址|居住地|户籍地址|户籍地|户口地址|联系地址|通讯地址|通信地址|收货地址|住址|"
    "Home Address"
)
_OTHERS = (
    "性别|年龄|民族|职业|科室|科别|床号|病区|电话|手机|联系电话|联系方式|诊断|日期|时间|费别|婚姻|籍贯|国籍|"
    "医生|医师|主诉|微信|身高|体重"
)

NAME_LABEL = re.compile(_NAMES, re.IGNORECASE)
NUMBER_LABEL = re.compile(_NUMBERS, re.IGNORECASE)
LABEL = re.compile(f"{_NUMBERS}|{_BIRTHS}|{_HOMES}|{_OTHERS}|姓[ ]{0,4}名|住院|门诊", re.IGNORECASE)
"""Any word of a form: a value ends where one begins."""
NAME = re.compile(
    rf"(?:{_NAMES}){_COLON}((?:[\u4e00-\u9fff·*]{_GAP}?){{1,8}}|[A-Z][A-Za-z]+(?:[ ,]+[A-Z][A-Za-z]+){{0,3}})",
    re.IGNORECASE,
)
NUMBER = re.compile(
    rf"(?:{_NUMBERS})(?:{_GAP}(?:[::.#]|No\.?|NO\.?|为|是))*{_GAP}([A-Za-z]{{0,4}}-?\d[A-Za-z0-9-]{{3,}})",
    re.IGNORECASE,
)
BIRTH = re.compile(rf"(?:{_BIRTHS}){_GAP}[::]?{_GAP}", re.IGNORECASE)
HOME = re.compile(
    rf"(?:{_HOMES}){_GAP}[::]?{_GAP}([^\s::].*?)(?={_GAP}(?:{_NAMES}|{_NUMBERS}|{_BIRTHS}|{_OTHERS}){_GAP}[::]|{_GAP}$)",
    re.IGNORECASE,
)
ADDRESS_GOES_ON = re.compile(r"[\u4e00-\u9fff\d]+(?:路|街|巷|弄|号|栋|幢|楼|单元|室|村|组|镇|乡|区|小区|花园|苑)")

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢"
    "姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常"
    "汤康易乔赖文施洪辛柯庄温牛樊葛邢安齐伍庞殷倪翟申欧鲁聂关焦涂岳章梅左苗包詹舒耿柏宁童凌毕单裴霍成柴冉"
    "祝喻屈"
)
_TWO = re.compile("欧阳|上官|司马|诸葛|皇甫|司徒|尉迟|夏侯|慕容|令狐|东方|公孙|端木|南宫")
_AFTER = re.compile(r"^(?:[\u4e00-\u9fff·*]{1,2}|(?:某+|先生|女士|小姐|阿姨|老师|同学|\*+)[\u4e00-\u9fff]?)$")
POLITE = re.compile(rf"[{_SURNAMES}](?:先生|女士|小姐|阿姨|大爷|奶奶|同学|老师)")
"""A surname with a title, however the sentence goes on."""
WRISTBAND = re.compile(
    rf"(?<![\u4e00-\u9fff])([{_SURNAMES}][\u4e00-\u9fff]{{1,3}}?)[\s,/|·]*[男女][\s,/|·]*\d{{1,3}}\s*[岁月天]"
)
"""Name, sex and age in a row, as on wristbands, films and reports, with no label."""
_PLAIN = re.compile(
    "高兴|安全|安心|方便|方式|成功|任何|常见|常规|白天|文明|马上|温馨|于是|关系|向往|何时|安排|成人|高血|高度|石膏|金属|"
    "包括|何人|万一|关注|方案|宁愿|严重|应该|应当|段落|支持|路过|满意"
)


def looks_like_name(text: str) -> bool:
    """Whether Chinese characters right after a label without a colon are a name: surname, then one or two more."""
    text = re.sub(r"\s", "", text)
    if len(text) > 4 or _PLAIN.match(text):
        return False
    if _TWO.match(text):
        return len(text) > 2 and bool(_AFTER.match(text[2:]))
    return len(text) >= 2 and text[0] in _SURNAMES and bool(_AFTER.match(text[1:]))
