"""The physician's part of the chain: qualification, registration, practice scope, place, and the lead physician."""

from __future__ import annotations

from datetime import date

from mingjian.core.model.scope import Catalogue, Procedure
from mingjian.core.scope.facts import Institution, Physician, standing
from mingjian.core.scope.institution import Registered, parts_of, registered
from mingjian.core.scope.model import NO, UNDETERMINED, YES, Step

PRACTICE_LAW = ("cn.physicians-law/13",)
SCOPE_LAW = ("cn.physicians-law/14",)
POST_LAW = ("cn.physicians-law/14", "cn.physicians-law/15")
LEAD_LAW = ("cn.aesthetic-services-measures/11", "cn.aesthetic-services-measures/12")


def steps(
    catalogue: Catalogue, physician: Physician, procedure: Procedure, institution: Institution | None,
    known: Registered | None, as_of: date,
) -> list[Step]:  # fmt: skip
    """The physician's steps for a procedure at an institution."""
    made = [_qualification(physician, as_of), _practice(physician, as_of)]
    needs_lead = _needs_lead(catalogue, procedure, known)
    lead = _lead(catalogue, physician, procedure, as_of)
    made.append(_scope(catalogue, physician, procedure, as_of, led=lead.value == YES and needs_lead is not False))
    made.append(_post(physician, institution, as_of))
    if needs_lead is not False:
        made.append(lead if needs_lead or lead.value == YES else _lead_unsure(lead))
    return made


def _ids(physician: Physician, *more: str) -> tuple[str, ...]:
    return tuple(one for one in (physician.id, *more) if one)


def _qualification(physician: Physician, as_of: date) -> Step:
    held = standing(physician.credentials, ("physician_qualification",), as_of)
    ids = _ids(physician, held.held.id if held.held else "")
    if held.value is False:
        return Step("qualification", NO, f"医师资格 {held.why}", PRACTICE_LAW, ids, verified=held.confirmed)
    if held.held is not None and held.held.state == "valid" and held.held.check != "malformed":
        return Step("qualification", YES, "医师资格已登记", PRACTICE_LAW, ids, verified=held.confirmed)
    practice = standing(physician.credentials, ("physician_practice",), as_of)
    if practice.value:  # nobody is registered to practise without the qualification
        why = "已注册执业;注册以取得医师资格为前提"
        return Step("qualification", YES, why, PRACTICE_LAW, ids, verified=practice.confirmed)
    return Step(
        "qualification", UNDETERMINED, f"医师资格{held.why}", PRACTICE_LAW, ids, ("physician.qualification",), False
    )


def _practice(physician: Physician, as_of: date) -> Step:
    if physician.state in ("suspended", "closed"):
        why = "医师暂停执业" if physician.state == "suspended" else "医师已注销"
        return Step("practice", NO, why, PRACTICE_LAW, _ids(physician))
    held = standing(physician.credentials, ("physician_practice",), as_of)
    ids = _ids(physician, held.held.id if held.held else "")
    if held.value is None:
        missing = "physician.practice.term" if held.term else "physician.practice"
        return Step("practice", UNDETERMINED, f"执业证书{held.why}", PRACTICE_LAW, ids, (missing,), False)
    return Step(
        "practice", YES if held.value else NO, f"执业证书 {held.why}", PRACTICE_LAW, ids, verified=held.confirmed
    )


def _scope(catalogue: Catalogue, physician: Physician, procedure: Procedure, as_of: date, led: bool) -> Step:
    certificates = [
        held for held in physician.credentials or ()
        if held.kind == "physician_practice" and held.holds(as_of) is not False
    ]  # fmt: skip
    ids = _ids(physician, *(held.id for held in certificates))
    written = [part for held in certificates for one in held.scope for part in parts_of(one)]
    codes = [code for one in written if (code := catalogue.practice(one)) is not None]
    if not codes:
        why = f"执业范围“{'、'.join(written)}”不在名录里,须核对" if written else "没有登记执业范围"
        return Step("practice_scope", UNDETERMINED, why, SCOPE_LAW, ids, ("physician.scope",))
    names = "、".join(catalogue.practices[code].name for code in codes)
    served = [catalogue.specialties[code] for code in procedure.specialties]
    wide = [catalogue.specialties[code] for code in (*procedure.specialties, *procedure.perhaps)]
    surely = {practice for specialty in served for practice in specialty.physicians}
    perhaps = {practice for specialty in wide for practice in (*specialty.physicians, *specialty.perhaps)}
    if surely.intersection(codes):
        return Step("practice_scope", YES, f"执业范围为{names},与{procedure.name}相符", SCOPE_LAW, ids)
    if led and perhaps.intersection(codes):
        why = f"执业范围为{names},并备案为相应专业的主诊医师"
        return Step("practice_scope", YES, why, SCOPE_LAW, ids)
    unsure = bool(perhaps.intersection(codes)) or len(codes) < len(written)
    if unsure or not surely or not procedure.settled:
        why = f"执业范围为{names};能否从事{procedure.name}须看主诊医师备案与当地规定"
        return Step("practice_scope", UNDETERMINED, why, SCOPE_LAW, ids, ("physician.scope",))
    return Step("practice_scope", NO, f"执业范围为{names},不涵盖{procedure.name}", SCOPE_LAW, ids)


def _post(physician: Physician, institution: Institution | None, as_of: date) -> Step:
    if institution is None:
        return Step("post", UNDETERMINED, "不知道在哪家机构", POST_LAW, _ids(physician), ("institution",))
    here = [post for post in physician.posts or () if post.institution == institution.id]
    holding = [post for post in here if post.holds(as_of)]
    if holding:
        ids = _ids(physician, institution.id, holding[0].id)
        return Step("post", YES, f"{as_of} 在{institution.name or '本机构'}执业", POST_LAW, ids)
    ids = _ids(physician, institution.id, *(post.id for post in here))
    if here:
        return Step("post", NO, f"登记的执业关系在 {as_of} 不成立", POST_LAW, ids)
    others = "只见在其他机构执业的登记;" if physician.posts else ""
    why = f"{others}没有在本机构注册或多机构备案的记录"
    return Step("post", UNDETERMINED, why, POST_LAW, ids, ("physician.post",))


def _needs_lead(catalogue: Catalogue, procedure: Procedure, known: Registered | None) -> bool | None:
    """Whether a lead physician is asked for: not where a specialty that is not aesthetic covers the procedure."""
    wanted = [catalogue.specialties[code] for code in procedure.specialties]
    aesthetic = [one.lead for one in wanted]
    if not any(aesthetic):
        return False
    if all(aesthetic):
        return True
    if known is None:
        return None
    return not any(one.code in known.codes and not one.lead for one in wanted)


def _lead(catalogue: Catalogue, physician: Physician, procedure: Procedure, as_of: date) -> Step:
    filings = [held for held in physician.credentials or () if held.kind == "aesthetic_lead"]
    fitting = [held for held in filings if registered(catalogue, held.scope).codes.intersection(procedure.specialties)]
    held = standing(tuple(fitting), ("aesthetic_lead",), as_of)
    if held.value and physician.assistant is not True:
        ids = _ids(physician, held.held.id if held.held else "")
        return Step("lead", YES, f"主诊医师备案 {held.why}", LEAD_LAW, ids, verified=held.confirmed)
    ids = _ids(physician, *(one.id for one in filings))
    if physician.supervised:
        return Step("lead", YES, "在主诊医师指导下从事", LEAD_LAW, ids)
    of_names = "、".join(catalogue.specialty_name(code) for code in procedure.specialties)
    why = f"没有{of_names}主诊医师备案的有效记录;不具备条件的只能在主诊医师指导下从事"
    if physician.supervised is False and filings and held.value is False:
        return Step("lead", NO, why, LEAD_LAW, ids)
    return Step("lead", UNDETERMINED, why, LEAD_LAW, ids, ("physician.lead", "supervision"))


def _lead_unsure(lead: Step) -> Step:
    """The same while it is not known whether a lead physician is asked for at all."""
    why = f"是否须主诊医师取决于登记的科目;{lead.why}"
    return Step("lead", UNDETERMINED, why, lead.cites, lead.ids, ("institution.specialties", *lead.missing))
