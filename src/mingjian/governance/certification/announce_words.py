"""The words of announcements: Chinese first, English beside it."""

from __future__ import annotations

KINDS = {
    "institution": ("医疗机构", "Medical institutions"),
    "physician": ("医师", "Physicians"),
    "nurse": ("护士", "Nurses"),
    "agency": ("服务机构", "Agencies"),
    "merchant": ("平台与商家", "Platforms and merchants"),
    "creator": ("创作者", "Creators"),
    "account": ("账号", "Accounts"),
}
TITLES = {
    "revoke": ("关于调整{programme}范围并取消一批认证的治理公告",
               "Governance announcement: scope of {programme} changed, a batch of certifications revoked"),
    "readmit": ("关于恢复一批{programme}的治理公告",
                "Governance announcement: a batch of {programme} restored"),
}  # fmt: skip
OPENING = {
    "revoke": (
        "依据{ground},{programme}现行政策为“{policy}”。自 {first} 至 {last},平台按该政策取消 {done} 个主体的认证。",
        "On the ground of “{ground}”, the policy of {programme} is now “{policy}”. From {first} to {last} the "
        "certification of {done} bodies was revoked under it.",
    ),
    "readmit": (
        "依据{ground},{programme}现行政策为“{policy}”。自 {first} 至 {last},平台按该政策恢复 {done} 个主体的认证。",
        "On the ground of “{ground}”, the policy of {programme} is now “{policy}”. From {first} to {last} the "
        "certification of {done} bodies was restored under it.",
    ),
}  # fmt: skip
SCOPE = (
    "政策版本 {id};名单于 {as_of} 冻结,共 {number} 个主体,由两人分别建立和批准;执行时逐一复核,已不再命中的不予处理。",
    "Policy version {id}; the list was frozen on {as_of} with {number} bodies, made and approved by two people; each "
    "was checked once more when it was carried out, and whom the policy did not hit any more was left alone.",
)
APPEAL = (
    "每个主体都已收到写明理由、依据和申诉途径的通知。对决定不服的,可在通知所载期限内申诉,由未参与原决定的人员复核;"
    "确属合规的主体可以获得有期限的豁免。",
    "Each body received a notice with reasons, grounds and the way to appeal. Appeals within the time stated there are "
    "answered by somebody without a part in the decision; a qualified body may be exempted for a term.",
)
BY_KIND = (
    "按登记类别统计的已执行主体数,后来恢复的也在内",
    "Bodies dealt with, by kind of registration, those restored since included",
)
NAMES = {
    "listed": ("名单", "Listed"),
    "done": ("已执行", "Carried out"),
    "skipped": ("复核后未处理", "Left alone"),
    "undone": ("已撤销执行", "Undone"),
    "appealed": ("提出申诉", "Appeals lodged"),
    "upheld": ("维持", "Upheld"),
    "overturned": ("申诉成立、已恢复", "Overturned, restored"),
    "exempt": ("其中给予豁免", "Of these under an exemption"),
    "waiting": ("申诉待复核", "Appeals waiting"),
    "readmitted": ("政策调整后再次准入", "Readmitted after a change of policy"),
    "standing": ("目前仍取消", "Still revoked"),
}
DEFINED = {
    "listed": ("冻结名单中的主体数", "Bodies on the frozen list"),
    "done": ("已作出决定的主体数,后来恢复的也在内", "Bodies decided on, those restored since included"),
    "skipped": ("执行时复核不再命中,或已期满、在豁免期内而未处理的主体数",
                "Bodies left alone because the policy no longer hit them, their term was over or they were exempt"),
    "undone": ("整批撤销执行时恢复的主体数", "Bodies restored when the batch was undone"),
    "appealed": ("对本批决定提出的申诉数", "Appeals lodged against decisions of the batch"),
    "upheld": ("复核后维持的申诉数", "Appeals answered: upheld"),
    "overturned": ("复核后撤销原决定的申诉数", "Appeals answered: overturned"),
    "exempt": ("因申诉给予有期限豁免的主体数", "Bodies exempted for a term on appeal"),
    "waiting": ("尚待复核的申诉数", "Appeals still waiting for an answer"),
    "readmitted": ("后因政策调整或重新申请恢复的主体数",
                   "Bodies restored after a change of policy or a new application"),
    "standing": ("已执行中至今没有以任何方式恢复的主体数", "Bodies carried out and not restored in any way since"),
}  # fmt: skip
