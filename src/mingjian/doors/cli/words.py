"""Words that only the commands about the rulebook print: gates, silencers, levels. Chinese, then English."""

from __future__ import annotations

SILENCERS = {
    "negated": ("被否定(没有、不能、拒绝……)", "negated"),
    "debunked": ("在辟谣", "debunked"),
    "question": ("是疑问", "a question"),
    "quoting_law": ("在引法条、讲规定", "quoting law"),
    "quoted": ("只是提到这个词(……等字样)", "the word is only mentioned"),
    "risk_disclosure": ("在提示风险", "risk disclosure"),
    "statistics": ("是中性的统计", "neutral statistics"),
    "everyday": ("说的是日常生活", "everyday use"),
    "education": ("是不带推销的科普", "education without promotion"),
    "experience": ("是本人不带推销的经历", "a person's own experience"),
    "news": ("是新闻报道", "news"),
    "self_goal": ("说的是努力的目标", "an aim, not a claim"),
    "conditional": ("是假设", "conditional"),
}
LEVELS = {
    "law": ("法律", "law"),
    "regulation": ("行政法规", "administrative regulation"),
    "rule": ("部门规章", "departmental rule"),
    "judicial": ("司法解释", "judicial interpretation"),
    "guideline": ("执法指南、规范性文件", "guideline"),
    "local": ("地方性法规", "local"),
    "platform": ("平台规则", "platform rules"),
    "standard": ("标准", "standard"),
}
STATUSES = {
    "preview": ("试行", "preview"),
    "stable": ("正式", "stable"),
    "deprecated": ("将停用", "deprecated"),
    "retired": ("已停用", "retired"),
}
MATCHES = {
    "term": ("词语", "words"),
    "claim": ("说法(几类词同现)", "claim: classes of words together"),
    "pattern": ("句式", "pattern"),
    "absence": ("缺少应有的内容", "something required is absent"),
    "number": ("编号核验", "a number verified offline"),
    "item": ("整项内容", "the item as a whole"),
    "classifier": ("分类器", "trained classifier"),
}
PUBLISHERS = {
    "institution": ("医疗机构", "institution"),
    "physician": ("医师", "physician"),
    "merchant": ("商家", "merchant"),
    "creator": ("达人、主播", "creator"),
    "person": ("个人", "person"),
    "agency": ("经纪、广告公司", "agency"),
    "platform": ("平台", "platform"),
    "media": ("媒体", "media"),
    "government": ("政府机关", "government"),
}
CHANNELS = {
    "public": ("公开", "public"),
    "moments": ("朋友圈", "moments"),
    "group": ("群", "group"),
    "direct": ("一对一", "one to one"),
    "live": ("直播", "live"),
    "offline": ("线下", "offline"),
}
_HEADS = {
    "status": ("状态", "Status"), "severity": ("轻重", "Severity"), "confidence": ("把握", "Confidence"),
    "family": ("种类", "Family"), "outcome": ("结论", "Outcome"), "law": ("依据", "Law"),
    "penalty": ("罚则", "Penalty"), "monitoring": ("监测代码", "Monitoring"),
    "applies": ("适用", "Applies to"),
    "match": ("怎么找", "Finds"), "needs": ("要查的事实", "Needs"), "silent": ("以下不报", "Silent when"),
    "message": ("说明", "Message"), "why": ("为什么", "Why"), "suggest": ("改法", "Instead"),
    "rewrite": ("自动改写", "Rewrite"), "false": ("已知误报", "False positives"), "bad": ("违规例", "Bad"),
    "good": ("合规例", "Good"), "redirect": ("改看", "See instead"), "instrument": ("文件", "Instrument"),
    "article": ("条文位置", "Article"), "summary": ("大意", "Summary"), "force": ("施行", "In force"),
    "note": ("备注", "Note"), "rules": ("引用它的规则", "Rules that cite it"), "level": ("层级", "Level"),
    "issuer": ("制定机关", "Issuer"), "number": ("文号", "Number"), "sure": ("可信程度", "Confidence"),
}  # fmt: skip


def word(table: dict[str, tuple[str, str]], key: str, lang: str) -> str:
    """The word of a key; the key itself when there is none."""
    pair = table.get(key)
    return key if pair is None else pair[lang == "en"]


def head(key: str, lang: str) -> str:
    """The name of a row."""
    return word(_HEADS, key, lang)
