"""May this account advertise this procedure or product on this day?"""

from __future__ import annotations

from datetime import date

from mingjian.core.model.scope import Catalogue, Procedure
from mingjian.core.scope import products
from mingjian.core.scope.facts import Account, Institution, Owner, Product, standing
from mingjian.core.scope.institution import registered
from mingjian.core.scope.model import NO, UNDETERMINED, YES, Answer, Step, answered
from mingjian.core.scope.perform import institution_steps, unknown_procedure

OWNER_LAW = ("cn.medical-ad-measures/5.1", "cn.aesthetic-ad-guide/3")
REVIEW_LAW = ("cn.advertising-law/46", "cn.medical-ad-measures/3", "cn.medical-ad-measures/13")
SAMPLE_LAW = ("cn.medical-ad-measures/17.1", "cn.medical-ad-measures/6.1", "cn.medical-ad-measures/7.1")
DRUG_LAW = {
    "toxic": ("cn.advertising-law/15.1", "cn.nmpa-product-notices/btx"),
    "prescription": ("cn.advertising-law/15.2", "cn.drug-administration-law/90.3"),
}
DRUG_WORDS = {"toxic": "医疗用毒性药品,不得作广告", "prescription": "处方药,不得向公众作广告"}
PRODUCT_LAW = ("cn.advertising-law/46", "cn.ad-review-measures/2")
OWNERS = {"physician": "医师个人", "creator": "创作者", "agency": "代理机构", "merchant": "商户", "nurse": "护士个人"}


def may_advertise(
    catalogue: Catalogue,
    account: Account | None,
    subject: Procedure | Product | str | None,
    as_of: date,
    institution: Institution | None = None,
) -> Answer:
    """The answer with its chain. Without an ``account`` the ``institution`` is asked about in its own name; with both
    the account must be that institution's."""
    if isinstance(subject, Product):
        return answered("advertise", _product(catalogue, subject, as_of), as_of, None)
    owner_step, owner = (None, institution) if account is None else _owner(account, institution)
    steps = [owner_step] if owner_step is not None else []
    if account is not None:
        steps += _operators(account)
    if not isinstance(subject, Procedure):
        steps.append(unknown_procedure(subject))
        return answered("advertise", steps, as_of, None)
    if owner is not None or owner_step is None or owner_step.value == UNDETERMINED:
        steps += institution_steps(catalogue, subject, owner, as_of)
    steps += [step for step in (products.approved(subject), _category(subject)) if step is not None]
    if owner_step is None or owner_step.value != NO:
        steps += _review(catalogue, owner, subject, as_of)
    return answered("advertise", steps, as_of, subject.code)


def _told(*ids: str) -> tuple[str, ...]:
    return tuple(one for one in ids if one)


def _owner(account: Account, asked: Institution | None) -> tuple[Step, Institution | None]:
    ids = (account.id,) if account.id else ()
    if account.state in ("suspended", "closed"):
        why = "账号已停用" if account.state == "closed" else "账号被暂停"
        return Step("owner", NO, why, OWNER_LAW, ids), None
    owners = account.owners or ()
    institutions = [owner for owner in owners if owner.kind == "institution"]
    if asked is not None and institutions:
        mine = [owner for owner in institutions if owner.id == asked.id]
        if not mine:
            why = f"账号属于{institutions[0].name},不属于{asked.name}"
            return Step("owner", NO, why, OWNER_LAW, _told(*ids, institutions[0].id)), None
        institutions = mine
    if institutions:
        one = institutions[0]
        return Step("owner", YES, f"账号属于医疗机构{one.name}", OWNER_LAW, _told(*ids, one.id)), one.institution
    if owners:
        one = owners[0]
        why = f"账号属于{OWNERS.get(one.kind, '非医疗机构')}{one.name},不是医疗机构,不得发布医疗广告"
        return Step("owner", NO, why, OWNER_LAW, _told(*ids, one.id)), None
    return Step("owner", UNDETERMINED, "没有登记账号属于谁", OWNER_LAW, ids, ("account.owner",)), None


def _operators(account: Account) -> list[Step]:
    agencies: list[Owner] = [one for one in account.operators or () if one.kind == "agency"]
    law = ("cn.medical-ad-measures/5.1", "cn.medical-ad-measures/18")
    return [
        Step("operator", YES, f"由{one.name}代为运营;广告主仍是医疗机构,代理应查验审查证明", law, _told(one.id))
        for one in agencies
    ]


def _category(procedure: Procedure) -> Step | None:
    if procedure.drug is None:
        return None
    why = f"{procedure.name}使用{DRUG_WORDS[procedure.drug]}"
    return Step("category", NO, why, DRUG_LAW[procedure.drug])


def _review(catalogue: Catalogue, institution: Institution | None, procedure: Procedure, as_of: date) -> list[Step]:
    held = standing(institution.credentials if institution else None, ("ad_review",), as_of)
    one = held.held
    ids = _told(institution.id if institution else "", one.id if one else "")
    if held.value is None:
        missing = "review.term" if held.term else "review"
        return [Step("review", UNDETERMINED, f"医疗广告审查证明{held.why}", REVIEW_LAW, ids, (missing,), False)]
    why = f"医疗广告审查证明 {held.why}"
    if not held.value:
        return [Step("review", NO, why, REVIEW_LAW, ids, verified=held.confirmed)]
    step = Step("review", YES, why, REVIEW_LAW, ids, verified=held.confirmed)
    return [step, _sample(catalogue, one.scope if one else (), procedure, ids, held.confirmed)]


def _sample(
    catalogue: Catalogue, scope: tuple[str, ...], procedure: Procedure, ids: tuple[str, ...], confirmed: bool
) -> Step:
    """The certificate is for a sample: what it does not hold needs another review."""
    named = {procedure.code, procedure.name}
    if named.intersection(scope):
        return Step("sample", YES, f"核准样件写有{procedure.name}", SAMPLE_LAW, ids, verified=confirmed)
    if not scope:
        why = "没有登记核准样件的内容;医疗广告只能写八项,诊疗方法须以样件为准"
    elif registered(catalogue, scope).codes.intersection(procedure.specialties):
        why = f"样件写的是诊疗科目({'、'.join(scope)}),没有写明{procedure.name}"
    else:
        why = f"样件登记的内容为{'、'.join(scope)},未写明{procedure.name}"
    return Step("sample", UNDETERMINED, why, SAMPLE_LAW, ids, ("review.sample",), confirmed)


def _product(catalogue: Catalogue, product: Product, as_of: date) -> list[Step]:
    steps = [products.registration(catalogue, product, None, as_of)]
    if product.drug in DRUG_LAW:
        steps.append(Step("category", NO, f"{product.name}属{DRUG_WORDS[product.drug]}", DRUG_LAW[product.drug]))
    elif product.kind == "drug" and product.drug is None:
        law = ("cn.advertising-law/15", "cn.drug-administration-law/89")
        why = f"没有登记{product.name}是不是处方药、毒性药品"
        steps.append(Step("category", UNDETERMINED, why, law, missing=("product",)))
    held = standing(product.credentials, ("ad_review",), as_of)
    ids = _told(product.id, held.held.id if held.held else "")
    if held.value is None:
        why = f"{product.name}的广告批准文号{held.why}"
        steps.append(Step("review", UNDETERMINED, why, PRODUCT_LAW, ids, ("review",), False))
    else:
        value = YES if held.value else NO
        why = f"广告批准文号 {held.why}"
        steps.append(Step("review", value, why, PRODUCT_LAW, ids, verified=held.confirmed))
    return steps
