"""The words of statements: Chinese first, English beside it."""

from __future__ import annotations

SAY = {
    "title": ("处置决定及理由说明", "Decision and statement of reasons"),
    "addressee": ("{publisher}", "{publisher}"),
    "addressee_unknown": ("内容发布者", "To the publisher"),
    # the decision
    "decision": ("一、决定", "1. Decision"),
    "of_item": (
        "对您发布的内容“{external}”{where},我们作出如下决定:{measure}。",
        "Regarding your content “{external}”{where}, we have decided: {measure}.",
    ),
    "of_publisher": ("对您的账号“{publisher}”,我们作出如下决定:{measure}。",
                     "Regarding your account “{publisher}”, we have decided: {measure}."),
    "of_entity": ("对“{publisher}”,我们作出如下决定:{measure}。",
                  "Regarding “{publisher}”, we have decided: {measure}."),
    "where": ("({told})", " ({told})"),
    "published_on": ("{day}发布", "published {day}"),
    "of_right": ("{measure}({right})", "{measure} ({right})"),
    "closed": ("本决定现已不再执行({state},{at})。", "This decision is no longer in force ({state}, {at})."),
    "number": ("决定编号", "Decision number"),
    "made_at": ("作出时间", "Made at"),
    "how": ("作出方式", "Made by"),
    "automatic": ("由系统依据策略自动作出,未经人工审核", "automated means applying a policy, without human review"),
    "by_person": ("由审核人员作出", "a human reviewer"),
    "policy": ("适用策略及版本", "Policy and version"),
    "instead_of": ("取代的决定", "Takes the place of"),
    "rulebook": ("规则集版本", "Rulebook version"),
    "content_digest": ("内容指纹(SHA-256)", "Content digest (SHA-256)"),
    # the facts
    "facts": ("二、事实", "2. Facts"),
    "judged_as": ("经审核,该内容属于{nature}。", "The content was found to be: {nature}."),
    "judged_in": ("经审核,该内容属于{nature},涉及{domain}。",
                  "The content was found to be: {nature}; field: {domain}."),
    "because": ("认定理由:{reasons}。", "Grounds found: {reasons}."),
    "counted": (
        "“{ladder}”在 {days} 天内累计达到 {strikes} 次,依规采取进一步处置。计入累计的决定被撤销的,次数自动返还。",
        "Decisions of the kind “{ladder}” reached {strikes} within {days} days, which leads to a further measure. "
        "A decision that is overturned no longer counts.",
    ),
    "stepped": (
        "该行为在“{ladder}”中属于“{step}”,依规采取进一步处置。所依据的决定被撤销的,该处置随之撤销。",
        "Under “{ladder}” this is a case of “{step}”, which leads to a further measure. If a decision it rests on is "
        "overturned, the measure goes with it.",
    ),
    # the evidence
    "evidence": ("三、证据", "3. Evidence"),
    "chars": ("{role}第 {start}–{end} 字", "{role}, characters {start}–{end}"),
    "found": ("{title},原文", "{title}; your words:"),
    "held": ("另认定违反", "Also held to break"),
    "gone": ("内容原文已依法或依申请删除,此处只保留其指纹。", "The content has been deleted; only its digest is kept."),
    "not_quoted": ("本决定依据审核人员的认定,详见上文理由。",
                   "This decision rests on the reviewer's findings stated above."),
    "by_registry": (
        "本决定依据登记的信息作出,详见上文理由;登记有误的,请在申诉中说明并更正登记。",
        "This decision rests on what is registered, as stated above. If the registration is wrong, say so in your "
        "appeal and have it corrected.",
    ),
    # the law
    "law": ("四、依据", "4. Legal basis"),
    "in_force": ("{name}{article},自 {day} 施行", "{name} {article}, in force since {day}"),
    "no_date": ("{name}{article}", "{name} {article}"),
    "as_of": ("以下条款在 {day} 有效;所附为条文要旨,全文以公布文本为准。",
              "The provisions below were in force on {day}; what follows them is a summary in Chinese, and the "
              "promulgated text governs."),
    "further": ("进一步处置的依据,{head}", "Basis of the further measure, {head}"),
    "no_law": ("本决定不以违反法条为前提。", "This decision does not rest on a breach of law."),
    # the measures
    "measures": ("五、措施与期限", "5. Measures and terms"),
    "from_to": ("自 {start} 起至 {end} 止,到期自动解除", "from {start} to {end}; it ends by itself"),
    "from_to_then": ("自 {start} 起至 {end} 止;期满且下列条件全部满足后恢复",
                     "from {start} to {end}; the right comes back after that, once all conditions below are met"),
    "from_then": ("自 {start} 起,下列条件全部满足后恢复", "from {start} until all conditions below are met"),
    "early": (";条件全部满足的,自 {day} 起可以提前恢复", "; with all conditions met, from {day} at the earliest"),
    "condition": ("恢复条件", "Condition"),
    "to_do": ("{title}。怎样办:{how}。", "{title}. How: {how}."),
    "done": ("{title}。已于 {at} 记录为满足。", "{title}. On record as met at {at}."),
    "send": ("请把恢复材料连同本决定编号交给我们的客服或申诉入口;材料由人工核验,核验结果会记录在案。",
             "Send what shows it, with the number of this decision, to customer service or by the appeal page; a "
             "person checks it and puts the result on record."),
    "from": ("自 {start} 起,未设期限;经申诉或复核可以{reverse}",
             "from {start}, without a term; on appeal or review we may {reverse}"),
    "ended": (";已于 {at} 结束({state})", "; ended at {at} ({state})"),
    # the appeal
    "appeal": ("六、申诉", "6. How to appeal"),
    "until": ("如不服本决定,可在 {until}(北京时间)前提出申诉。",
              "You may appeal against this decision until {until} (Beijing time)."),
    "link": ("申诉链接", "Appeal here"),
    "by_number": ("也可以通过接口或客服,凭决定编号提出。",
                  "You may also appeal through the API or customer service, quoting the decision number."),
    "who": ("申诉由未参与原决定的人员复核,{days} 天内答复。申诉成立的,撤销全部处置并返还累计次数。",
            "Somebody who had no part in the decision reviews the appeal and answers within {days} days. If it "
            "succeeds, every measure is reversed and strikes are given back."),
    "human": ("本决定由系统自动作出,您有权要求说明并要求人工复核,申诉即为人工复核。",
              "Because this decision was automated you may ask for an explanation and for human review: an appeal "
              "is reviewed by a person."),
    "final": ("本决定是申诉复核的结果,同一事项不再受理申诉。",
              "This decision is itself the result of an appeal; no further appeal is possible here."),
    "moot": ("本决定已不再执行,无须申诉。", "This decision is no longer in force; there is nothing to appeal against."),
    "none": ("放行没有限制您的权利,无须申诉。", "Nothing is withheld from you; there is nothing to appeal against."),
    "courts": ("提出申诉不影响您依法向主管部门投诉或者向人民法院起诉。",
               "An appeal does not affect your right to complain to the authorities or to go to court."),
}  # fmt: skip
STATE = {
    "undone": ("已撤回", "withdrawn"),
    "reversed": ("已撤销", "reversed"),
    "overturned": ("经申诉撤销", "overturned on appeal"),
    "varied": ("经申诉变更", "varied on appeal"),
    "replaced": ("已被后来的决定取代", "replaced by a later decision"),
    "lapsed": ("期限届满", "term ended"),
    "reinstated": ("条件满足,已恢复", "conditions met, right given back"),
    "in_force": ("执行中", "in force"),
}


def say(key: str, lang: str, **values: object) -> str:
    """A phrase with its blanks filled."""
    return SAY[key][1 if lang == "en" else 0].format(**values)


def state_word(state: str, lang: str) -> str:
    """The state of a decision or an action for people."""
    return STATE[state][1 if lang == "en" else 0]
