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
        "patrol": "巡查核验",
    },
    "sweep_state": {
        "planned": "待试运行", "trying": "试运行中", "tried": "试运行完", "running": "执行中", "staged": "本阶段完",
        "done": "已完成", "paused": "已暂停", "stopped": "已停止", "undoing": "撤销中", "undone": "已撤销",
    },
    "sweep_how": {
        "acted": "已处置", "opened": "已立案", "already": "此前已处置", "cleared": "台内事实排除",
        "erased": "原文已删除",
    },
    "sample_answer": {"right": "判对", "wrong": "判错", "unsure": "不能确定"},
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
    "action_state": {"in_force": "执行中", "reversed": "已撤销", "replaced": "已被替换", "lapsed": "已到期",
                     "reinstated": "条件满足,已恢复"},
    "decision_origin": {
        "review": "人工审核", "policy": "策略自动", "manual": "人工直接", "ladder": "阶梯处罚", "appeal": "申诉",
    },
    "policy_event": {
        "policy.drafted": "写成草稿", "policy.tried": "回测", "policy.deployed": "发布到", "policy.retired": "停用",
        "policy.restored": "回退到",
    },
    "scorecard_event": {
        "scorecard.drafted": "写成草稿", "scorecard.tried": "测算", "scorecard.deployed": "发布生效",
        "scorecard.retired": "停用", "scorecard.restored": "回退生效",
    },
    "rule_state": {"active": "正常", "shadow": "影子", "suspended": "暂停自动处置"},
    "user_state": {"active": "在用", "disabled": "已停用"},
    "delivery_state": {"waiting": "等待", "delivered": "已送达", "dead": "已放弃", "cancelled": "已取消"},
    "access": {"registry.read": "查看登记", "registry.export": "导出登记", "item.read": "查看内容",
               "appeal.read": "查看申诉", "evidence.export": "导出证据包"},
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
    "accreditation_state": {
        "assessing": "自评中", "reviewing": "文件评审", "returned": "退回补正", "planning": "待安排审核",
        "planned": "待现场审核", "auditing": "现场审核中", "correcting": "整改中", "deciding": "待决定",
        "granted": "已通过", "conditional": "附条件通过", "refused": "未通过", "withdrawn": "已撤回",
    },
    "clause_mark": {"met": "符合", "partly": "部分符合", "not": "不符合", "na": "不适用"},
    "accreditation_kind": {"initial": "初次", "renewal": "换证", "surveillance": "监督审核", "special": "专项审核"},
    "audit_state": {"planned": "已安排", "open": "进行中", "closed": "已结束", "cancelled": "已取消"},
    "finding_grade": {"major": "严重不符合", "minor": "一般不符合", "observation": "观察项"},
    "finding_state": {"open": "待整改", "answered": "待验证", "closed": "已关闭", "withdrawn": "已撤回"},
    "accreditation_outcome": {"grant": "通过", "conditional": "附条件通过", "refuse": "不通过"},
    "certificate_standing": {
        "valid": "有效", "suspended": "暂停", "withdrawn": "撤销", "annulled": "作废", "replaced": "已换发",
        "expired": "过期", "not_yet": "未生效", "forged": "不是本系统签发,或者被改动", "foreign": "签名密钥不认识",
        "unknown": "没有这个编号",
    },
    "surveillance_state": {
        "waiting": "未到期", "called": "待安排", "planned": "已安排", "done": "已完成", "missed": "逾期未做",
    },
    "accreditation_party": {
        "applicant": "申请方", "consultant": "提供过咨询", "reviewer": "文件评审", "auditor": "审核员",
        "decider": "作过决定", "appellate": "裁决过申诉",
    },
    "accreditation_appeal": {"lodged": "待答复", "upheld": "维持", "overturned": "申诉成立"},
    "appeal_against": {"decision": "认证决定", "suspended": "暂停证书", "withdrawn": "撤销证书"},
    "entity_kind": {
        "institution": "机构", "physician": "医师", "nurse": "护士", "agency": "代理机构", "merchant": "商家",
        "creator": "创作者", "account": "账号", "device": "医疗器械", "drug": "药品", "consumable": "耗材",
        "service": "服务项目",
    },
    "entity_state": {"active": "在册", "suspended": "暂停", "closed": "注销"},
    "credential_kind": {
        "business_licence": "营业执照", "practice_licence": "医疗机构执业许可证", "clinic_filing": "诊所备案凭证",
        "physician_qualification": "医师资格证书", "physician_practice": "医师执业证书",
        "nurse_practice": "护士执业证书",
        "aesthetic_lead": "主诊医师备案", "ad_review": "广告审查证明", "device_registration": "器械注册证",
        "device_filing": "器械备案凭证", "drug_approval": "药品批准文号", "device_operation": "器械经营许可",
        "drug_operation": "药品经营许可", "hospital_grade": "医院等级", "training": "培训", "other": "其他",
    },
    "credential_state": {"valid": "有效", "suspended": "暂停", "revoked": "吊销、撤销"},
    "credential_check": {
        "unverified": "未核验", "well_formed": "编号成立", "malformed": "编号不成立", "confirmed": "官方已确认",
        "contradicted": "与官方不符",
    },
    "credential_standing": {
        "holds": "在期", "over": "已过期", "later": "未生效", "stopped": "停用", "unknown": "期限不明",
    },
    "link_kind": {
        "practises_at": "执业于", "used_by": "用于", "offered_by": "由其提供", "performed_by": "由其操作",
        "belongs_to": "属于", "operates": "代运营", "branch_of": "分支机构",
    },
    "registry_attribute": {
        "name": "名称", "key": "主键编号", "state": "状态", "attributes": "登记信息", "number": "编号",
        "issuer": "发证机关",
        "scope": "范围", "valid_from": "有效期自", "valid_to": "有效期至", "evidence": "凭证文件", "target": "对方",
        "province": "省", "city": "市", "region": "行政区划", "address": "地址", "phone": "电话", "mobile": "手机",
        "ownership": "所有制", "grade": "等级", "level": "级别", "beds": "床位数", "id_number": "身份证号",
        "title": "职称", "platform": "平台", "manufacturer": "生产企业", "device_class": "管理类别", "made": "产地",
        "profit": "营利性", "specialty": "专业", "department": "科室", "legal_person": "法定代表人", "email": "邮箱",
    },
    "registry_value": {"public": "公立", "private": "民营", "domestic": "境内", "imported": "进口"},
    "import_count": {
        "rows": "读过的行", "recorded": "登记", "added": "新增", "changed": "变更", "same": "没有变化",
        "rejected": "没有收下",
        "malformed": "编号不成立", "awaited": "等待对方",
    },
    "registry_noun": {"entity": "对象", "credential": "资质", "link": "关系"},
    "import_state": {
        "waiting": "等待", "running": "导入中", "retrying": "重试关联行", "finished": "完成", "failed": "失败",
    },
    "run_state": {"running": "进行中", "finished": "完成", "abandoned": "中止"},
    "run_origin": {"calendar": "按日历", "recovery": "补漏", "manual": "人工"},
    "entry_state": {"open": "待办", "snoozed": "已推迟", "done": "已办结", "superseded": "已被代替"},
    "patrol_kind": {
        "expiring": "证照到期", "unverified": "久未核验", "changed": "许可变更", "sample": "随机抽查", "risk": "高风险",
        "unregistered": "商品无有效注册", "beyond_scope": "超范围执业", "content": "内容定期复审",
    },
    "patrol_does": {
        "notice": "通知对方", "work": "工作清单", "case": "开案", "lookup": "官方核验", "rescreen": "内容复审",
        "enquiry": "函询",
    },
    "patrol_missed": {"merge": "合并补一次", "each": "逐次补", "skip": "不补"},
    "change": {"same": "相同", "better": "更轻", "worse": "更重", "other": "依据不同"},
    "lookup_state": {"waiting": "等待查询", "by_hand": "待人工查询", "answered": "已有结果", "cancelled": "已取消"},
    "lookup_outcome": {
        "confirmed": "与官方一致", "contradicted": "与官方不符", "not_found": "官方查无", "unavailable": "官方不可用",
    },
    "enquiry_state": {"drafted": "草稿", "sent": "已发出", "answered": "已答复", "closed": "已结"},
    "enquiry_outcome": {"confirmed": "确认", "contradicted": "不符", "other": "其他"},
    "reuse_matter": {"picture": "图片", "video": "视频", "text": "文字"},
    "reuse_how": {
        "near": "近似", "mirror": "镜像", "panel": "拼图", "local": "局部", "segment": "片段", "copy": "同文",
        "template": "模板", "reordered": "换序", "synonyms": "改写",
    },
    "ring_state": {"live": "现有", "open": "待核对", "acted": "已处置", "dismissed": "已排除", "merged": "已并入"},
    "ring_mark": {"device": "设备", "payment": "收款", "contact": "联系方式"},
    "ring_matter": {"picture": "图片", "video": "视频", "text": "文字"},
    "engagement_kind": {
        "lockstep": "同步操作", "synchrotrap": "同步操作(相似度)", "copycatch": "同组同窗", "catchsync": "目标雷同",
        "fraudar": "稠密团块", "bursts": "异常突增", "templates": "评论套话", "orders": "刷单",
    },
    "engagement_state": {"open": "待核对", "confirmed": "已确认", "dismissed": "已排除"},
    "engagement_load": {"waiting": "等待分析", "looked": "已分析", "failed": "读不了"},
    "engagement_action": {
        "like": "点赞", "favourite": "收藏", "repost": "转发", "comment": "评论", "play": "播放", "follow": "关注",
        "order": "下单", "any": "各种互动",
    },
    "engagement_figure": {
        "action": "行为", "actors": "账号数", "items": "内容数", "pairs": "同步的账号对",
        "surprise": "偶然概率的负对数",
        "window_minutes": "时间窗(分钟)", "deviations": "超出常态(标准差)", "density": "密度",
        "count": "这段时间的次数",
        "expected": "按自身历史应有", "comments": "评论数", "wordings": "不同写法", "publishers": "涉及发布者",
        "everywhere": "全部同类评论", "orders": "订单数", "marked": "可疑订单", "amount": "金额(分)",
        "new_share": "新号占比", "new_usual": "平常新号占比", "thin_share": "空号占比", "thin_usual": "平常空号占比",
        "shared_share": "共用设备占比", "shared_usual": "平常共用设备占比", "unseen_share": "未浏览就下单占比",
        "unseen_usual": "平常未浏览就下单占比", "repeated_share": "反复下单占比", "repeated_usual": "平常反复下单占比",
        "devices": "设备数", "actors_with_device": "有设备标识的账号", "median_age_days": "账号注册天数(中位)",
        "acts_of_members": "这些账号的全部互动",
    },
    "live_room": {"open": "直播中", "closed": "已关闭"},
    "live_incident": {"open": "待处理", "dismissed": "已排除"},
    "live_act": {
        "proposed": "待确认", "sent": "已发出", "acknowledged": "平台已执行", "failed": "平台未执行",
        "declined": "已否决", "lapsed": "逾期未确认", "lifted": "已撤回",
    },
    "live_channel": {
        "speech": "话术", "screen": "画面文字", "comment": "评论", "pinned": "置顶评论", "product": "商品卡",
        "title": "标题",
    },
    "live_light": {
        "stream": "拉流", "picture": "画面", "sound": "声音", "speech": "话术", "comments": "评论", "judging": "判定",
    },
    "live_light_state": {"on": "正常", "gap": "有缺口", "off": "未接入"},
    "live_speaker": {"host": "主播", "house": "场控", "viewer": "观众"},
    "live_kind": {
        "named": "点名推销", "card": "商品卡", "title": "标题", "board": "背景板", "pinned": "置顶评论",
        "echo": "引导观众说出", "hint": "暗语", "code_word": "暗语", "house": "官方评论", "by_hand": "人工提出",
    },
    "live_signal": {
        "name": "点名", "hint": "暗语", "steer": "引导", "point": "指向背景板", "ask": "观众应答", "promote": "推销",
    },
    "live_gap": {
        "stalled": "流停住", "ended": "流结束", "restarted": "流重启", "no_sound": "没有声音",
        "no_recogniser": "没有语音识别", "recogniser_failed": "语音识别出错", "looped": "画面循环",
        "overload": "来不及识别", "feed_lost": "评论源断开", "feed_failed": "评论源出错",
        "process_died": "进程中断", "store_away": "数据库不可用", "connecting_failed": "连不上",
        "no_picture": "没有画面", "reader_failed": "识字出错", "room_left": "交给别的进程",
        "lease_lost": "被别的进程接手", "judging_failed": "判定出错", "judge_failed": "判定出错",
        "room_log_failed": "日志写不下去",
    },
    "live_word": {"proposed": "待确认", "accepted": "已收录", "declined": "未收录"},
    "live_row": {
        "act": "处置", "incident": "线索", "title": "标题", "product": "商品卡", "pinned": "置顶评论",
        "comment": "评论", "screen": "画面文字", "speech": "话术", "gap": "缺口",
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
