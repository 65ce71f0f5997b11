"""The devices and drugs of a procedure: registered on the day, and meant for it."""

from __future__ import annotations

from datetime import date

from mingjian.core.model.scope import Catalogue, Need, Procedure
from mingjian.core.scope.facts import Institution, Product, standing
from mingjian.core.scope.model import NO, UNDETERMINED, YES, Step

APPROVALS = {
    "device": ("device_registration", "device_filing"),
    "drug": ("drug_approval",),
    None: ("device_registration", "device_filing", "drug_approval"),
}
USE_LAW = ("cn.device-regulation/55", "cn.aesthetic-services-measures/18")


def approved(procedure: Procedure) -> Step | None:
    """A step for a procedure whose product is approved nowhere."""
    if procedure.unapproved is None:
        return None
    return Step("approved", NO, f"{procedure.name}:{procedure.note}", (procedure.unapproved,))


def restricted(procedure: Procedure, institution: Institution | None, as_of: date) -> Step | None:
    """A step for a restricted technology: it must have been filed."""
    if not procedure.restricted:
        return None
    law = ("cn.aesthetic-services-measures/17",)
    filings = tuple(
        held for held in (institution.credentials if institution else None) or ()
        if held.kind == "other" and procedure.code in held.scope
    )  # fmt: skip
    held = standing(filings, ("other",), as_of)
    ids = tuple(one.id for one in filings if one.id)
    if held.value is None:
        why = f"{procedure.name}属限制类技术,没有登记备案"
        return Step("restricted", UNDETERMINED, why, law, ids, ("restricted.filing",), False)
    why = f"限制类技术备案 {held.why}"
    return Step("restricted", YES if held.value else NO, why, law, ids, verified=held.confirmed)


def used(
    catalogue: Catalogue, procedure: Procedure, institution: Institution | None, product: Product | None, as_of: date
) -> Step | None:
    """Whether what the procedure uses is registered: the product asked about, or those the institution is known to
    use. None where the procedure names no product and none is asked about."""
    needs = [catalogue.needs[code] for code in procedure.needs]
    if product is not None:
        return registration(catalogue, product, procedure, as_of)
    if not needs:
        return None
    need = needs[0]
    fitting = [one for one in (institution.products if institution else None) or () if _fits(one, need)]
    if not fitting:
        why = f"{procedure.name}须用{need.name},没有登记该机构所用的产品"
        return Step("products", UNDETERMINED, why, need.cites, missing=("product",))
    steps = [registration(catalogue, one, procedure, as_of) for one in fitting]
    order = (YES, UNDETERMINED, NO)
    return min(steps, key=lambda step: (order.index(step.value), not step.verified))


def _fits(product: Product, need: Need) -> bool:
    return (product.kind is None or product.kind == need.kind) and any(word in product.name for word in need.words)


def registration(catalogue: Catalogue, product: Product, procedure: Procedure | None, as_of: date) -> Step:
    """Whether a product is approved on the day, and for the procedure where its indication was recorded."""
    kinds = APPROVALS.get(product.kind, APPROVALS[None])
    law = ("cn.drug-administration-law/24", "cn.physicians-law/28") if product.kind == "drug" else USE_LAW
    held = standing(product.credentials, kinds, as_of)
    ids = tuple(one for one in (product.id, held.held.id if held.held else "") if one)
    if held.value is None:
        why = f"{product.name}的注册证、备案{held.why}"
        return Step("products", UNDETERMINED, why, law, ids, ("product.registration",), False)
    if not held.value:
        why = f"{product.name}的批准证明 {held.why}"
        return Step("products", NO, why, law, ids, verified=held.confirmed)
    meant_for = _meant_for(catalogue, held.held.scope if held.held else ())
    if procedure is None or procedure.code in meant_for:
        meant = "" if procedure is None else ",适用范围涵盖该项目"
        return Step("products", YES, f"{product.name} {held.why}{meant}", law, ids, verified=held.confirmed)
    if meant_for:
        why = f"{product.name}的适用范围为{'、'.join(meant_for.values())},未写明{procedure.name},须核对注册证"
    else:
        why = f"{product.name} {held.why};没有登记适用范围"
    return Step("products", UNDETERMINED, why, law, ids, ("product.indication",), held.confirmed)


def _meant_for(catalogue: Catalogue, scope: tuple[str, ...]) -> dict[str, str]:
    """The procedures a registration names, code → name; models and the like are left out."""
    names = {one.name: one for one in catalogue.procedures.values()}
    found = [catalogue.procedures.get(word) or names.get(word) for word in scope]
    return {one.code: one.name for one in found if one is not None}
