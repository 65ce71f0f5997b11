"""An answer and its chain of steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

YES, NO, UNDETERMINED = "yes", "no", "undetermined"
VALUES = (YES, NO, UNDETERMINED)
STEPS = {
    "licence": "机构许可", "specialty": "诊疗科目", "grade": "项目级别", "restricted": "限制类技术",
    "approved": "产品获批", "products": "药品器械", "qualification": "医师资格", "practice": "医师执业注册",
    "practice_scope": "医师执业范围", "post": "执业地点", "lead": "主诊医师", "owner": "广告主", "operator": "代理运营",
    "category": "禁止广告的类别", "review": "广告审查", "sample": "核准样件", "procedure": "项目",
}  # fmt: skip
MISSING = {
    "institution": "机构", "institution.licence": "执业许可证或诊所备案", "institution.licence.term": "许可的有效期",
    "institution.specialties": "登记的诊疗科目", "institution.kind": "机构类别", "institution.level": "医院级别",
    "physician": "医师", "physician.practice": "医师执业证书", "physician.practice.term": "执业注册的起止",
    "physician.qualification": "医师资格", "physician.scope": "执业范围",
    "physician.post": "在本机构执业的注册或多机构备案", "physician.lead": "主诊医师备案",
    "supervision": "是否在主诊医师指导下", "product": "所用产品", "product.registration": "产品的注册证或备案",
    "product.indication": "产品的适用范围", "procedure": "项目", "procedure.grade": "当地目录里的级别",
    "procedure.specialty": "当地目录里的科目", "account.owner": "账号归属", "review": "广告审查证明",
    "review.term": "审查证明的有效期", "review.sample": "核准样件的内容", "restricted.filing": "限制类技术备案",
}  # fmt: skip
"""The facts an answer may wait for, by the word it names them with."""


@dataclass(frozen=True, slots=True)
class Step:
    """One link of the chain. ``why`` says it in words, ``cites`` are references into the lawbook, ``ids`` the entities
    and credentials it rests on, ``missing`` the facts it waits for (keys of MISSING). ``verified`` is False when it
    rests on a credential that no official source has confirmed."""

    what: str
    value: str
    why: str
    cites: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    verified: bool = True

    @property
    def title(self) -> str:
        """What the step is about, for people."""
        return STEPS[self.what]


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes when every step says so, no when one does, else undetermined. ``verified``: every step rests on what an
    official source confirmed."""

    question: str
    value: str
    steps: tuple[Step, ...]
    missing: tuple[str, ...]
    as_of: date
    procedure: str | None
    verified: bool


def answered(question: str, steps: Sequence[Step], as_of: date, procedure: str | None) -> Answer:
    """The answer of a chain."""
    values = {step.value for step in steps}
    value = NO if NO in values else UNDETERMINED if UNDETERMINED in values or not steps else YES
    missing = tuple(dict.fromkeys(name for step in steps for name in step.missing if step.value == UNDETERMINED))
    verified = all(step.verified for step in steps)
    return Answer(question, value, tuple(steps), missing, as_of, procedure, verified)
