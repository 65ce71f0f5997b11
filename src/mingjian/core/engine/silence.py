"""Silencers: the voices in which the same words are no breach. Each is a bounded test on one passage.

A silencer answers for one match: the words before it, the clause, the sentence, and the sentence before
(lists of forbidden words usually follow the sentence that forbids them).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from mingjian.core.engine.passage import Passage

LOOK_BEHIND = 60  # characters of the text before the sentence that still frame it

NEGATION = re.compile(
    r"(?:不能|不会|不可能?|不宜|不应|不该|不得|不要|不作|不做|不再|不等于|不是|不代表|不构成|不保证|不承诺|不存在|无法|"
    r"没有|没法|未能|未见|未必|并非|并不|并未|(?<![除莫])非(?![常凡手洲])|绝非|难以|很难|谈不上|尚无|尚未|尚不|从不|切勿|切忌|拒绝|谨防|警惕|避免|"
    r"严禁|禁止|杜绝|请勿|勿|莫(?!过于)|(?<![特区识性级个分])别(?![人家的处再])|而不是|不属于|不意味着|算不上|做不到|缺乏|反对|抵制|远离|"
    # A bare 不 also opens selling points (不开刀治好…, 不节食瘦十斤) and words that deny nothing (不仅, 不止, 不同).
    r"不(?!用|需|必|仅|止|只|但|管|同|少|断|论|知不觉|开刀|动刀|手术|住院|打针|吃药|节食|运动|忌口|挨|伤|疼|痛|流血|反弹|复发)|没(?![有人]))[^,;。!?]{0,12}$"
)
NEGATION_AFTER = re.compile(
    r"^[^,;。!?]{0,6}(?:的)?(?:说法|宣传|广告|承诺|方法|药物?|疗法|东西|产品|手段|治疗)?[^,;。!?]{0,4}"
    r"(?:并不存在|是不存在|不存在|不可信|不靠谱|是假的|都是假|是骗|不成立|是没有根据|没有科学依据|是不科学|是误区|是谣言|是违法|属于违法|涉嫌|是不可能|都不可能|并不可靠|不一定)"
)
DEBUNK = re.compile(
    r"谣言|辟谣|误区|骗局|骗人|骗子|虚假|夸大|忽悠|智商税|所谓|号称|宣称|声称|标榜|打着|鼓吹|吹嘘|不要相信|不要轻信|别信|勿信|"
    r"切勿轻信|轻信|警惕|谨防|提防|小心|当心|伪科学|没有科学依据|缺乏证据|没有证据|尚无证据|未经证实|真相|是真的吗|靠谱吗|"
    r"违法|违规|违禁|涉嫌|查处|处罚|整治|曝光|投诉|举报|不良商家|不法|非法|陷阱|套路|噱头|乱象|"
    r"没有(?:任何|科学)?依据|没有用|害人|不正确|误导|不推荐|没有被证实|断章取义|误以为|误会|有人说|网传|不可取|做不到|不意味着|不等于|不代表|不会让|(?:克|旺|改|转)[夫财运]”?之说|之说|警示"
)
QUESTION = re.compile(
    r"吗[?]?|呢[?]|是否|能不能|会不会|是不是|有没有|可不可以|要不要|该不该|怎么选|如何选|为什么|为何|哪家|哪个|多久|谁能|求问|请问|有人知道"
)
LAW_QUOTE = re.compile(
    r"不得|禁止|严禁|应当|规定|条例|《[^》]{2,30}(?:法|办法|条例|规定|指南|通知|准则|规范)》|广告法|第[一二三四五六七八九十百0-9]{1,5}条|"
    r"绝对化用语|极限词|违禁词|禁用词|敏感词|属于违法|构成违法|依法|合规|审查证明|执法|监管|市场监管|以上用语|等用语|违规示例|反面|错误示范|不可以写|不能写|不能说|不要写|别写|"
    r"判断题|选择题|多选|单选|简答|案例分析|审核|不予通过|法务|认定|文案|不可用于|可以用于|暗示|抽检|公示|投放前|合同|条款|办事|罚款|下架|召回|"
    r"禁用语|禁词|清单|谨慎|台词|也算广告|要删|删去|反映|留证|鉴定|假药|"
    r"考题|情景题|每日一练|哪一条|哪项|不得以|侵犯|书面为准|名单见"
)
QUOTED_CUE = re.compile(
    r"等?(?:字样|字眼|用语|词语|词汇|表述|说法|口号|宣传语|广告语|话术|类似|之称|一词|二字|两字|三字|四字|的词|概念|称号|神药|承诺)|例如|比如|诸如|如[:“]|所谓|号称|宣称|被称|称为|俗称|自称|打出|写着|标榜|"
    r"这[个类]词|这句话?|这类|本义|[三四五六]个字|之说|名字|标题|暗示|备注|有人说|说“|写“|叫“"
)
OPEN_QUOTES = "“\"「『《‘【'"
CLOSE_QUOTES = "”\"」』》’】'"
RISK = re.compile(
    r"风险|(?<![无零0])并发症|(?<![无零0])(?<!没有)(?<!任何)副作用|不良反应|副反应|禁忌|慎用|可能(?:会|出现|导致|引起|有|发生|影响|存在)|个体差异|因人而异|感染|过敏|肿胀|淤青|(?<!骨头)坏死|失明|"
    r"遵医嘱|谨遵医嘱|咨询医生|面诊|知情同意|注意事项|因个人|效果不佳|不良后果|隐患|死亡|失败"
)
STATISTICS = re.compile(
    r"研究|数据|统计|调查|报告|文献|试验|样本|随访|meta|荟萃|指南|共识|发病率|患病率|生存率|死亡率|复发率|检出率|发生率|保护效力|"
    r"患者(?:中|的)?[0-9]|[0-9]年生存|我国|世卫|世界卫生组织|流行病学|病例|约[0-9]|左右|依从性|耐受"
)
EDUCATION = re.compile(
    r"病因|机制|原理|指南|共识|一般(?:来说|而言|情况)|通常|临床上|医学上|早期|晚期|患者(?:应|需|可|的)|建议(?:及时|尽早|到|去|在)|遵医嘱|就医|"
    r"科普|是指|是一种|属于|主要(?:用于|包括|表现|是)|分为|包括|取决于|需要(?:根据|结合)|发病|诱因|目前(?:尚|还|没有|认为|主要)|适应症|规范|"
    r"多数|往往|仍|部分(?:人|患者|病例)|一般|所以|并不|至少|证据|依据|[,;]但|但不|但要|但是|有帮助|(?<!名额)(?<!数量)有限|无效(?![退全包不免重赔])|一线(?!品牌|明星|城市)|首要|适应证|妊娠|"
    r"应(?:及时|该|立即|当|避免|由|先|与|在|继续)|需(?:要)?(?:坚持|长期|先|足量|终身|按|慢慢|定期|及时|警惕|在|由|经|与|用|继续|避免|住院|复|评估|多次|术前)|"
    r"不能(?:替代|代替|自行|乱|盲目|单|只|作|因|完全|使|让|等|治|靠)|不要(?!错过|犹豫|再|等|花)|如有|两三个?[月周天]|治疗(?:目标|方式|方法|原则|窗|后会|期间|选择|首选|慢|需|一停)|慢病|区别|误会|延误|致畸|不明原因|是把|"
    r"有助于(?:预防|维持|判断|减少)|手段之一|功能主治|性寒|中医用于|载其|核心问题|禁用|未批准|受试者|评估效果|逐渐|自行恢复|暂时|两组|未必|越早治疗|要尽早|病程|仅用于|同源|难以|滥用|妊|合用|必要时|期间|擅长|主编|代谢病|[一二三]级预防|安慰剂|口服后|"
    r"没用|不解决问题|没有这回事|不符合|伪概念|才是(?:关键|前提|正路|根本)|多半|因[^,。]{1,4}而异|慎之又慎|没有(?:统一|绝对)|治不了|疫苗|接种|漏服|还原酶|综合征|摄入量|味甘|主产|通过(?:阻断|抑制)|不宜|孕期|人体(?:最大|内唯一)|户外活动|辅食|随机|对照组|统计学|95%ci|试管里|还不清楚|常用办法|禁忌|不愈合|人类历史"
)
EXPERIENCE = re.compile(
    r"我(?:是|的|也|就|去|做|在|当时|觉得|感觉|刚|妈|朋友|同事|老公|们(?:一家|几个|俩|全家|宿舍)|自己|还|又|一|有|想|终于|当|本来|找|躺|问|选|拔|戴|怕|真)|本人|楼主|姐妹们?我|自己(?:做|去)|"
    r"医生(?:说|跟我|告诉)|恢复期(?:的|里|日记|记录|第|真|好)|第[一二三四五六七八九十0-9]{1,3}天(?!就|见|能|可|便|变|下地|上班|出门|直接|轻松)|那天|当时|昨天|今天去|上周|记录一下|打卡|"
    r"我(?!们|院|家|店|司|馆|国|社|所)|无语|肿得|没劲|白花钱|一般般|舅舅|婆家|室友|收费窗口|"
    r"外婆|想通|没用啥|烧回来|挺好的|摸起来|松快|嚼不动|月月抽血|疼得|疼了[一两三]|蹲厕所|打石膏|小燕飞|自测|还是看得到|好像没变|就好好|"
    r"后悔死|求祝福|求安慰|慢慢好了|谢天谢地|自己品|没有传说|难怪|费劲|才想哭|天塌|胖回来|没反应|好像没|放心了|停了三天"
)
NEWS = re.compile(
    r"记者|据悉|据介绍|据报道|报道|近日|日前|[0-9]{4}年(?:[0-9]{1,2}月)?|消息|通报|发布会|发言人|新闻|截至|我国|国内首例|此次|该院|该公司|采访|告诉|表示[:,]|指出|"
    r"公布|获批|回应|介入调查|法院|同比|业内分析|分析认为|走红|网友|预计|股价|直言|颁奖|集采|国产化率|"
    r"被罚|降价|警方|自白|贴出|转让告示|走低|清退|拍手称快|预付卡|当事人|卖家"
)
SELF_GOAL = re.compile(
    r"力求|力争|努力|致力于|追求|目标是|愿景|理念|宗旨|使命|争取|希望|立志|梦想|期待|坚持以|初心|誓做|愿(?:为|做|意)|尽力|尽最大"
)
CONDITIONAL = re.compile(r"如果|假如|(?<![判宛恍])若(?!干)|倘若|即使|即便|除非|只要.{0,6}就|哪怕|要是|万一|一旦")
EVERYDAY = re.compile(
    r"餐厅|火锅|奶茶|咖啡|电影|电视剧|小说|音乐|歌|综艺|游戏|手机|电脑|相机|旅游|旅行|酒店|民宿|景点|球队|比赛|冠军赛|足球|篮球|马拉松|"
    r"宿舍|同学|老师|考试|成绩|作业|公司|同事|老板|天气|风景|夕阳|湖面|小狗|小猫|猫咪|狗狗|做饭|好吃|味道|口感|服务员|快递|衣服|鞋子|"
    r"孩子们|人生|生活|时光|友谊|话题|朋友圈|"
    r"水患|积水|师傅|进度|补丁|漏洞|软件|系统|程序员|沙发|水果|装修|小区|买房|租房|空调|冰箱|跑步|比分|球队|国足|登山|作文|英语|期中|职业生涯|光速|淡水湖|打工人|演唱会|导演|唱功|粉丝|网友|污染|搬家|二手车|月饼|烤鸭|酸菜鱼|火车|地铁|公交|广场舞|皮肤特效|新皮肤|书店|图书馆|教育|作业|奖杯|村|城区|县城|"
    r"钓鱼|豆腐脑|猫粮|骑行|打印机|教练|战术|失恋|发工资|加班|游戏|残血|法师|纪录片|期末|鲫鱼|双十一|蚜虫|杀虫剂|床垫试睡|幼儿园|多肉|善良|年会|生意场|名画|姜汤|捏泡泡|辣得|路痴|行李箱|自行车"
)


def _before(passage: Passage, start: int) -> str:
    return passage.document.text[passage.start : start]


def _frame(passage: Passage) -> str:
    """The sentence with what leads up to it, within the same part."""
    document = passage.document
    return document.text[max(document.start, passage.start - LOOK_BEHIND) : passage.end]


def negated(passage: Passage, start: int, end: int) -> bool:
    document = passage.document
    if NEGATION.search(document.text, passage.start, start) is not None:
        return True
    return NEGATION_AFTER.search(document.text[end : passage.end]) is not None


def quoted(passage: Passage, start: int, end: int) -> bool:
    text = passage.document.text
    opened = max(text.rfind(mark, passage.start, start + 1) for mark in OPEN_QUOTES)
    closed = min((at for mark in CLOSE_QUOTES if (at := text.find(mark, end - 1, passage.end)) >= 0), default=-1)
    return opened >= 0 and closed >= 0 and QUOTED_CUE.search(_frame(passage)) is not None


def question(passage: Passage, start: int, end: int) -> bool:
    clause_start, _ = passage.clause(start, end)
    text = passage.document.text
    # Of a rhetorical question only the asking itself is silent, not the claim that answers it.
    tail = text[clause_start : min(passage.end, end + 14)]
    return QUESTION.search(tail) is not None and ("?" in tail or "吗" in tail or "是否" in tail or "请问" in tail)


def _in_sentence(pattern: re.Pattern[str]) -> Callable[[Passage, int, int], bool]:
    def test(passage: Passage, start: int, end: int) -> bool:
        return pattern.search(passage.document.text, passage.start, passage.end) is not None

    return test


def _in_frame(pattern: re.Pattern[str]) -> Callable[[Passage, int, int], bool]:
    def test(passage: Passage, start: int, end: int) -> bool:
        return pattern.search(_frame(passage)) is not None

    return test


def self_goal(passage: Passage, start: int, end: int) -> bool:
    low, _ = passage.clause(start, end)
    return SELF_GOAL.search(passage.document.text, low, start) is not None


TESTS: dict[str, Callable[[Passage, int, int], bool]] = {
    "negated": negated,
    "debunked": _in_frame(DEBUNK),
    "question": question,
    "quoting_law": _in_frame(LAW_QUOTE),
    "quoted": quoted,
    "risk_disclosure": _in_sentence(RISK),
    "statistics": _in_sentence(STATISTICS),
    "everyday": _in_sentence(EVERYDAY),
    "education": _in_sentence(EDUCATION),
    "experience": _in_sentence(EXPERIENCE),
    "news": _in_sentence(NEWS),
    "self_goal": self_goal,
    "conditional": _in_sentence(CONDITIONAL),
}


def silenced(names: tuple[str, ...], passage: Passage, start: int, end: int) -> str | None:
    """The first of these silencers that holds for a match, or None."""
    return next((name for name in names if TESTS[name](passage, start, end)), None)
