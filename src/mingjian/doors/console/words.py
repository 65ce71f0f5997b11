"""Words of data that no other room prints: cases, standing, publishers. Chinese, translated by the catalogue."""

from __future__ import annotations

from mingjian.core.report.labels import GROUPS, label
from mingjian.desk.queues.load import queues
from mingjian.doors.i18n import translations
from mingjian.governance.decisions.law import book_in_force

WORDS = {
    "priority": {"0": "紧急", "1": "高", "2": "普通", "3": "低"},
    "case_state": {"open": "待审", "leased": "审核中", "second": "待二审", "expert": "待专家", "closed": "已结"},
    "stage": {"first": "初审", "second": "二审", "expert": "专家复审", "closed": "已结"},
    "origin": {
        "policy": "策略", "sample": "抽检", "golden": "策略", "manual": "人工", "appeal": "申诉", "drift": "漂移",
    },
    "case_kind": {"item": "内容", "actor": "发布者", "product": "商品", "draft": "待发布内容", "appeal": "申诉"},
    "item_state": {"pending": "待判定", "judged": "已判定", "failed": "判定失败", "erased": "原文已删除"},
    "publisher_kind": {
        "institution": "机构", "physician": "医师", "merchant": "商家", "creator": "创作者", "person": "个人",
        "agency": "代理机构", "platform": "平台", "media": "媒体", "government": "政府机构",
    },
    "channel": {
        "public": "公开", "moments": "朋友圈", "group": "群聊", "direct": "私信", "live": "直播", "offline": "线下",
    },
    "answer": {"upheld": "维持原处置", "overturned": "撤销原处置", "varied": "变更原处置"},
    "decision_state": {
        "in_force": "执行中", "undone": "已撤回", "reversed": "已撤销", "overturned": "申诉推翻", "varied": "申诉变更",
    },
    "action_state": {"in_force": "执行中", "reversed": "已撤销", "replaced": "已被替换", "lapsed": "已到期"},
    "decision_origin": {
        "review": "人工审核", "policy": "策略自动", "manual": "人工直接", "ladder": "阶梯处罚", "appeal": "申诉",
    },
    "policy_event": {
        "policy.drafted": "写成草稿", "policy.tried": "回测", "policy.deployed": "发布到", "policy.retired": "停用",
        "policy.restored": "回退到",
    },
    "rule_state": {"active": "正常", "shadow": "影子", "suspended": "暂停自动处置"},
    "user_state": {"active": "在用", "disabled": "已停用"},
    "delivery_state": {"waiting": "等待", "delivered": "已送达", "dead": "已放弃", "cancelled": "已取消"},
    "access": {"item.read": "查看内容", "appeal.read": "查看申诉", "evidence.export": "导出证据包"},
    "law_level": {
        "law": "法律", "judicial": "司法解释", "regulation": "行政法规", "rule": "部门规章",
        "guideline": "执法指南与规范性文件",
        "standard": "标准", "local": "地方规定", "platform": "平台规则",
    },
    "rule_status": {"preview": "预览", "stable": "正式", "deprecated": "将弃用", "retired": "已停用"},
    "personal": {
        "phone": "电话", "id": "证件号", "number": "号码", "wechat": "微信", "qq": "QQ", "email": "邮箱",
        "name": "姓名", "record": "病历号", "birth": "出生日期", "address": "住址", "unmasked": "未打码",
    },
    "replayed": {
        "same": "逐字节相同", "different": "不同", "unknown": "规则库版本不在,不能重放", "gone": "原文已删除,不能重放",
    },
    "dimension": {
        "publisher": "发布者", "platform": "平台", "code": "规则", "family": "类别", "nature": "性质", "value": "结论",
    },
    "media_kind": {"picture": "图片", "video": "视频", "audio": "音频", "document": "文档"},
}  # fmt: skip


def word(group: str, key: str, lang: str) -> str:
    """The printed word of a datum; the datum itself where nobody knows it. ``measure`` asks the measures in force,
    ``queue`` the queue file, ``reason`` the reasons of all queues."""
    if group == "measure":
        measure = book_in_force().measures.get(key)
        return measure.word(lang) if measure is not None else word("answer", key, lang)
    if group == "queue":
        queue = queues().get(key)
        return queue.label(lang) if queue is not None else key
    if group == "reason":
        return reason_title(key, lang)
    if group in WORDS:
        found = WORDS[group].get(key)
        return translations(lang).gettext(found) if found is not None else key
    return label(group, key, lang) if group in GROUPS else key


def reason_title(key: str, lang: str) -> str:
    """A reason's title; what somebody wrote stays as it is."""
    for queue in queues().values():
        for reason in queue.reasons:
            if reason.name == key:
                return reason.title_en if lang == "en" else reason.title
    return key
