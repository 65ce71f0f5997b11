"""The words of announcements: Chinese first, English beside it."""

from __future__ import annotations

TITLE = ("关于“{title}”的治理公告(第 {batch} 批)", "Governance announcement: {title} (batch {batch})")
PURPOSE = ("治理事由:{purpose}", "Purpose: {purpose}")
OPENING = (
    "“{title}”自 {since} {until}开展。本公告说明第 {batch} 批({first} 至 {last})的处理情况,数字截至 {as_of}。",
    "The campaign “{title}” runs from {since}{until}. This announcement tells what was done in batch {batch} ({first} "
    "to {last}), as of {as_of}.",
)
UNTIL = ("至 {until} ", " to {until}")
ONWARD = ("起", "")
POLICY = ("依据的治理策略:{policy};规则、法条与口径均有版本并已存证。",
          "Policy applied: {policy}; rules, law and definitions are versioned and on record.")  # fmt: skip
SCOPE = ("范围:{scope}。", "Scope: {scope}.")
SCOPES = {
    "platforms": ("平台", "platforms"), "kinds": ("内容种类", "kinds of item"), "channels": ("渠道", "channels"),
    "publisher_kinds": ("发布主体", "publishers"), "domains": ("领域", "domains"),
}  # fmt: skip
KINDS = {
    "note": ("笔记", "notes"), "video": ("视频", "videos"), "review": ("评价", "reviews"), "product": ("商品", "goods"),
    "service": ("服务", "services"), "article": ("文章", "articles"), "live": ("直播", "streams"),
}  # fmt: skip
FIGURES = ("处理情况", "What was done")
STANDING = ("其中至今有效", "Still standing")
HEADS = (("项目", "数量", "至今有效", "口径"), ("Figure", "Number", "Still standing", "What is counted"))
PREVALENCE = ("成效:违规率", "What changed: prevalence")
MEASURED = (
    "成效以违规率衡量,不以处理数量衡量。治理前后各从公众可见的内容中随机抽样,由审核人员在不知道样本属于治理前还是治理后的"
    "情况下逐件判断。",
    "Success is told by how common violations are, not by how much was removed. Before and after, random samples were "
    "drawn from what the public could see, and judged by people who did not know which sample an item was of.",
)
SIDES = {"before": ("治理前", "Before"), "after": ("治理后", "After")}
SIDE_HEADS = (
    ("", "抽样日", "可见内容", "抽取", "已判断", "违规", "违规率", "{level} 置信区间"),
    ("", "Drawn on", "Visible items", "Drawn", "Judged", "Violating", "Prevalence", "{level} interval"),
)
FALL = {
    True: (
        "违规率下降 {value} 个百分点({level} 置信区间 {low} 至 {high}),超出抽样误差。",
        "Prevalence fell by {value} percentage points ({level} interval {low} to {high}): more than chance explains.",
    ),
    False: (
        "违规率变化 {value} 个百分点({level} 置信区间 {low} 至 {high},正数为下降),没有超出抽样误差,不能说已经下降。",
        "Prevalence changed by {value} percentage points ({level} interval {low} to {high}; positive is a fall): no "
        "more than chance explains, so that no fall can be claimed.",
    ),
}
PARTLY = ("样本尚未全部判断,以上为暂算。", "Not all of the samples have been judged; these figures are provisional.")
METHOD = (
    "按分层比例加权;区间为威尔逊法(按有效样本量),差的区间为 Newcombe 法。",
    "Weighted by stratum; Wilson intervals of the effective sample size, Newcombe's for the difference.",
)
ENGINE = (
    "机器判定的违规率按其灵敏度({se})和特异度({sp})校正(Rogan–Gladen 法):{sides}。",
    "The engine's share, corrected for its sensitivity ({se}) and specificity ({sp}) after Rogan and Gladen: {sides}.",
)
ONE_ENGINE = ("{side} {value}({low} 至 {high})", "{side} {value} ({low} to {high})")
APPEALS = ("申诉", "Appeals")
APPEAL = (
    "每项处置都已送达写明事实、依据和申诉途径的通知。对处置不服的,可在通知所载期限内申诉,由未参与原处置的人员复核;"
    "申诉成立的,处置即行撤销,累计记录一并更正。",
    "Whoever was concerned received a notice with facts, grounds and the way to appeal. Appeals within the time stated "
    "there are answered by somebody without a part in the decision; where one is granted, the measure is taken back "
    "and the record put right.",
)
PROOF = ("数字如何核对", "How to check the figures")
AGAIN = (
    "以上数字由系统日志逐条统计,截至第 {seq} 条记录(链值 {head});公告全文指纹(SHA-256){seal}。复算命令:{command}",
    "Counted event by event from the journal up to number {seq} (chain value {head}); digest of the announcement "
    "(SHA-256) {seal}. Count again with: {command}",
)
