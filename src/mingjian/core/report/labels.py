"""Every word a report prints that is not from the rulebook: Chinese first, English beside it.

Each entry is ``key: (Chinese, English)``. ``label(group, key, lang)`` never fails: a key that is unknown
(a newer rulebook, an older reader) is printed as it is.
"""

from __future__ import annotations

LANGS = ("zh", "en")

FAMILY = {
    "efficacy_guarantee": ("功效或安全性保证", "Guarantee of effect or safety"),
    "cure_rate": ("治愈率、有效率", "Cure or success rate"),
    "absolute_term": ("绝对化用语", "Absolute terms"),
    "comparison": ("与他人比较", "Comparison with others"),
    "disparagement": ("贬低他人", "Disparagement"),
    "appearance_anxiety": ("制造容貌焦虑", "Appearance anxiety"),
    "medical_confusion": ("医疗用语混淆", "Passing off as medical"),
    "toxic_drug_ad": ("毒性、特殊药品广告", "Toxic or controlled drug advertised"),
    "prescription_drug_ad": ("处方药广告", "Prescription drug advertised"),
    "unregistered_product": ("未注册的药品器械", "Unregistered drug or device"),
    "false_data_or_citation": ("虚假数据或引证", "False data or citation"),
    "false_credential_or_title": ("虚假头衔、资历", "False credential or title"),
    "fake_qualification_institution": ("虚假机构资质", "False institution qualification"),
    "state_organ_image": ("国家机关名义形象", "State organ's name or image"),
    "patient_testimonial_or_image": ("患者形象或作证", "Patient testimonial or image"),
    "endorsement": ("推荐、代言", "Endorsement"),
    "superstition_or_vulgar": ("迷信或低俗", "Superstition or vulgarity"),
    "unreviewed_ad": ("未经审查发布", "Published without review"),
    "beyond_permitted_content": ("超出准许的内容", "Beyond the permitted content"),
    "disguised_ad": ("变相广告", "Disguised advertisement"),
    "missing_notice": ("缺少应有的标明", "Required notice missing"),
    "lure_price": ("低价诱导", "Lure price"),
    "price_fraud": ("价格欺诈", "Price fraud"),
    "diversion": ("引流导流", "Diversion to private contact"),
    "minors": ("涉未成年人", "Minors"),
    "privacy": ("隐私与个人信息", "Privacy"),
    "unqualified_practice": ("无资质诊疗", "Unqualified practice"),
    "live_commerce": ("直播带货", "Live commerce"),
    "bought_engagement": ("刷量、买评价", "Bought engagement"),
    "platform_rule": ("平台规则", "Platform rule"),
    "other": ("其他", "Other"),
}

SEVERITY = {
    "critical": ("严重", "critical"),
    "high": ("高", "high"),
    "medium": ("中", "medium"),
    "low": ("低", "low"),
    "info": ("提示", "info"),
}

CONFIDENCE = {
    "high": ("把握大", "high confidence"),
    "medium": ("把握中等", "medium confidence"),
    "low": ("把握小", "low confidence"),
}

STATUS = {
    "violation": ("违规", "violation"),
    "needs_evidence": ("待证", "needs evidence"),
    "advice": ("建议", "advice"),
}

VERDICT = {
    "violation": ("违规", "violation"),
    "needs_evidence": ("待证", "needs evidence"),
    "undetermined": ("未决", "undetermined"),
    "advice": ("建议", "advice"),
    "clean": ("未见问题", "clean"),
}

NATURE = {
    "advertisement": ("广告", "advertisement"),
    "disclosure": ("信息公开", "disclosure"),
    "education": ("科普", "education"),
    "experience": ("个人体验", "experience"),
    "news": ("新闻报道", "news"),
    "official": ("法规公文", "official text"),
}

NATURE_SOURCE = {
    "stated": ("送检时注明", "stated by the caller"),
    "marks": ("由文中标记判定", "from marks in the text"),
    "classifier": ("由分类器判定", "from the classifier"),
    "claims": ("由文中宣传内容判定", "from the claims in it"),
    "presumed": ("推定", "presumed"),
}

DOMAIN = {
    "medical_aesthetics": ("医疗美容", "medical aesthetics"),
    "medical": ("医疗", "medical"),
    "dental": ("口腔", "dental"),
    "drug": ("药品", "drugs"),
    "device": ("医疗器械", "devices"),
    "health_food": ("保健食品", "health food"),
    "cosmetics": ("化妆品", "cosmetics"),
    "other": ("其他", "other"),
}

ROLE = {
    "title": ("标题", "title"),
    "body": ("正文", "body"),
    "hashtag": ("话题", "hashtag"),
    "comment": ("评论", "comment"),
    "ocr": ("图中文字", "words in picture"),
    "speech": ("语音", "speech"),
    "background": ("背景", "background"),
    "caption": ("字幕", "caption"),
    "subtitle": ("画面字幕", "subtitle in frame"),
    "card": ("商品卡", "product card"),
    "code": ("二维码", "code"),
    "depicted": ("画面内容", "what is shown"),
}

DISGUISE = {
    "homophone": ("谐音", "homophone"),
    "near_homophone": ("近音", "near-homophone"),
    "pinyin": ("拼音", "pinyin"),
    "initials": ("拼音首字母", "pinyin initials"),
    "mixed": ("字母夹写", "mixed script"),
    "split": ("拆字", "split characters"),
    "lookalike": ("形近字", "look-alike"),
    "look-alike": ("形近字", "look-alike"),
    "initial": ("字母代字", "letter for a character"),
    "separated": ("插入符号", "separators inside"),
    "repeated": ("叠字", "repeated characters"),
    "emoji": ("表情符号代字", "emoji for words"),
    "symbol": ("符号代字", "symbol for words"),
    "separator": ("插入符号", "inserted separators"),
    "separators": ("插入符号", "inserted separators"),
    "zero_width": ("零宽字符", "zero-width characters"),
    "combining": ("组合字符", "combining characters"),
    "repeat": ("叠字", "repeated characters"),
    "digits": ("数字代字", "digits for words"),
    "slang": ("行话", "trade slang"),
    "traditional": ("繁体", "traditional characters"),
    "width": ("全角半角", "full or half width"),
}

# What speaks for a nature: the classes of words that mark it.
MARK = {
    "contact_wechat": ("微信号", "WeChat handle"),
    "contact_invite": ("引导私信评论", "asks to be messaged"),
    "contact_qr": ("二维码", "QR code"),
    "contact_phone_word": ("电话联系方式", "telephone"),
    "purchase_link": ("购买链接", "purchase link"),
    "booking": ("预约到院", "booking"),
    "lure_price": ("低价诱导", "lure price"),
    "discount": ("折扣优惠", "discount"),
    "urgency": ("限时限量", "urgency"),
    "gift": ("赠送", "gift"),
    "loan": ("贷款分期", "loan or instalments"),
    "recruit_model": ("招募体验官", "recruits models"),
    "review_bait": ("诱导好评", "review bait"),
    "ad_cue": ("推销语气", "sales tone"),
    "guarantee": ("保证承诺", "guarantee"),
    "endorser": ("代言人", "endorser"),
}

# The furniture of the reports.
UI = {
    "law": ("依据", "Law"),
    "parallel": ("并列可能", "Also"),
    "monitoring": ("监测代码", "Monitoring"),
    "penalty": ("罚则", "Penalty"),
    "why": ("为什么", "Why"),
    "suggest": ("改法", "Instead"),
    "message": ("说明", "Finding"),
    "disguise": ("变体", "Disguise"),
    "missing": ("缺少事实", "Missing facts"),
    "words": ("分类词", "Classifier"),
    "notes": ("附注", "Notes"),
    "nature": ("性质", "Nature"),
    "domain": ("领域", "Domain"),
    "in_force": ("自 {date} 施行", "in force since {date}"),
    "written": ("写作‘{quote}’", "written ‘{quote}’"),
    "read": (",读作‘{reading}’", ", read as ‘{reading}’"),
    "contradiction": ("与注明不符:文中迹象指向{nature}", "contradicts: the text points to {nature}"),
    "error": ("读取有误", "Unreadable"),
    "note": ("请留意", "Note"),
    "field": ("字段 {field}", "field {field}"),
    "hint": ("提示:{hint}", "hint: {hint}"),
    "checked": ("共检查 {n} 项", "{n} items checked"),
    "found": ("发现 {n} 处", "{n} findings"),
    "none_found": ("没有发现问题", "no findings"),
    "errors_n": ("{n} 处未能读取", "{n} unreadable"),
    "colon": (":", ": "),
    "sep": ("、", ", "),
    "semi": (";", "; "),
    "stop": ("。", "."),
    "of_items": ("{label} {n} 项", "{n} {label}"),
    "of_findings": ("{label} {n}", "{n} {label}"),
    "as_of": ("法律时点", "Law as of"),
    "rulebook": ("规则集", "Rulebook"),
    # the page
    "page_title": ("内容合规检查报告", "Content compliance report"),
    "brand": ("明鉴", "Mingjian"),
    "items": ("送检内容", "Items"),
    "items_unit": ("项", "items"),
    "findings": ("发现", "Findings"),
    "findings_unit": ("处", "findings"),
    "by_family": ("按种类", "By kind"),
    "by_severity": ("按轻重", "By severity"),
    "by_status": ("按状态", "By status"),
    "by_file": ("发现最多的文件", "Files with most findings"),
    "rest_kinds": ("其余 {n} 种", "{n} more kinds"),
    "by_nature": ("内容性质", "Nature of the items"),
    "filters": ("筛选", "Filters"),
    "search": ("搜索文字、代码、法条", "Search text, code, article"),
    "severity": ("轻重", "Severity"),
    "family": ("种类", "Kind"),
    "status": ("状态", "Status"),
    "file": ("文件", "File"),
    "all": ("全部", "All"),
    "clear": ("清除", "Clear"),
    "showing": ("显示 {shown} / {total} 处", "{shown} of {total} shown"),
    "nothing": ("没有符合筛选条件的发现。", "No finding matches the filters."),
    "clean_items": ("未发现问题的内容", "Items without findings"),
    "intake_errors": ("未能读取的内容", "Unreadable input"),
    "expand_all": ("全部展开", "Expand all"),
    "collapse_all": ("全部收起", "Collapse all"),
    "more": ("详情", "Details"),
    "elided": ("略去 {n} 字", "{n} characters left out"),
    "place": ("第 {line} 行第 {column} 字", "line {line}, column {column}"),
    "page": ("第{n}页", "page {n}"),
    "picture": ("图{n}", "picture {n}"),
    "box": ("左{left} 上{top} 宽{width} 高{height}", "left {left}, top {top}, {width} × {height}"),
    "places_more": (" 等 {n} 处", " and more, {n} in all"),
    "pictures": ("图片", "Pictures"),
    "frames": ("画面", "Frames"),
    "timeline": ("时间轴", "Timeline"),
    "seconds": ("时长 {time}", "length {time}"),
    "pictures_left": ("另有 {n} 张图片未放入报告", "{n} more pictures are not in this report"),
    "frames_left": ("另有 {n} 帧未放入报告", "{n} more frames are not in this report"),
    "picture_alt": ("{name}:{place}", "{name}: {place}"),
    "enlarge": ("放大", "Enlarge"),
    "number": ("发现 {n}", "finding {n}"),
    "show_place": ("看所在位置", "show where"),
    "to_findings": ("跳到发现", "Skip to the findings"),
    "disclaimer": (
        "本报告由程序按所列规则逐条比对生成,供内部自查与人工复核参考,不构成法律意见;罚则以法条原文和处罚机关的裁量为准。",
        "Made by a program that applies the rules named here, for self-checking and human review. "
        "It is not legal advice.",
    ),
    "no_findings_page": ("没有发现问题。", "Nothing was found."),
    "lead_violation": (
        "{bad} 项内容含违规表述,占送检的 {share}%。",
        "{bad} items hold violations, {share}% of those checked.",
    ),
    "lead_evidence": (
        "没有直接认定的违规;{n} 项待补证据。",
        "No outright violation; {n} items wait for evidence.",
    ),
    "lead_clean": ("送检内容未发现违规。", "No violation was found."),
}  # fmt: skip

GROUPS = {
    "family": FAMILY,
    "severity": SEVERITY,
    "confidence": CONFIDENCE,
    "status": STATUS,
    "verdict": VERDICT,
    "nature": NATURE,
    "nature_source": NATURE_SOURCE,
    "domain": DOMAIN,
    "role": ROLE,
    "disguise": DISGUISE,
    "mark": MARK,
    "ui": UI,
}


def label(group: str, key: str, lang: str = "zh") -> str:
    """The printed word for ``key`` of ``group``; the key itself where the table does not know it."""
    pair = GROUPS[group].get(key)
    return pair[1 if lang == "en" else 0] if pair else key


def say(key: str, lang: str = "zh", **values: object) -> str:
    """A phrase of the furniture with its blanks filled."""
    return label("ui", key, lang).format(**values)
