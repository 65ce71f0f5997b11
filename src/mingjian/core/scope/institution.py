"""The institution's part of the chain: its licence, its specialties, the grades its kind may perform."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from mingjian.core.model.scope import GRADES, Catalogue, InstitutionKind, Procedure
from mingjian.core.scope.facts import Institution, standing
from mingjian.core.scope.model import NO, UNDETERMINED, YES, Step

LICENCES = ("practice_licence", "clinic_filing")
LICENCE_LAW = ("cn.medical-institutions-regulation/23", "cn.basic-healthcare-law/38")
SCOPE_LAW = ("cn.medical-institutions-regulation/26", "cn.aesthetic-services-measures/17")
GRADE_LAW = ("cn.aesthetic-services-measures/grade", "cn.aesthetic-services-measures/17")
STATES = {"suspended": "已停业整顿", "closed": "已关闭"}
_PARTS = re.compile(r"[;;,,、\n]+")


@dataclass(frozen=True, slots=True)
class Registered:
    """The specialties of a licence. ``unread``: what was written there and is in no list."""

    codes: frozenset[str]
    unread: tuple[str, ...] = ()

    def alone(self, code: str) -> bool:
        """Whether a first-level specialty is registered without any of its second-level ones."""
        return code in self.codes and not any(other.startswith(f"{code}.") for other in self.codes)


def parts_of(written: str) -> list[str]:
    """What is written in one cell, piece by piece (医疗美容科;美容外科)."""
    return [part.strip() for part in _PARTS.split(written) if part.strip()]


def registered(catalogue: Catalogue, scope: Iterable[str]) -> Registered:
    """Read the scope of a licence: codes and names as they come."""
    codes, unread = set(), []
    for written in scope:
        whole = catalogue.specialty(written)
        if whole is not None:
            codes.add(whole)
            continue
        for part in parts_of(written):
            code = catalogue.specialty(part)
            if code is not None:
                codes.add(code)
            else:
                unread.append(part)
    return Registered(frozenset(codes), tuple(unread))


def specialties_of(catalogue: Catalogue, institution: Institution | None, as_of: date) -> Registered | None:
    """The specialties of every licence that may hold on the day; None when nothing is recorded."""
    if institution is None:
        return None
    held = [one for one in institution.credentials or () if one.kind in LICENCES and one.holds(as_of) is not False]
    scope = [written for one in held for written in one.scope]
    return registered(catalogue, scope) if scope else None


def kind_of(catalogue: Catalogue, stated: str | None, number: str, name: str) -> InstitutionKind | None:
    """The kind of an institution: as stated, or by the category segment of a 22-character licence number, or by the
    ending of the registered name."""
    if stated and (kind := catalogue.kind(stated)) is not None:
        return kind
    segment = number[17:21].upper() if len(number) == 22 else ""
    for kind in catalogue.kinds if segment else ():
        if segment.startswith(kind.segments):
            return kind
    for kind in catalogue.kinds if name else ():
        if name.endswith(kind.suffixes):
            return kind
    return None


def licence(institution: Institution | None, as_of: date) -> Step:
    """Whether the institution may practise at all on the day."""
    if institution is None:
        return Step("licence", UNDETERMINED, "不知道是哪家机构", LICENCE_LAW, missing=("institution",))
    ids = (institution.id,) if institution.id else ()
    if institution.state in STATES:
        return Step("licence", NO, f"{institution.name}{STATES[institution.state]}", LICENCE_LAW, ids)
    held = standing(institution.credentials, LICENCES, as_of)
    if held.held is not None and held.held.id:
        ids = (*ids, held.held.id)
    if held.value is None:
        missing = "institution.licence.term" if held.term else "institution.licence"
        return Step("licence", UNDETERMINED, f"执业许可证{held.why}", LICENCE_LAW, ids, (missing,), False)
    value = YES if held.value else NO
    return Step("licence", value, f"执业许可证 {held.why}", LICENCE_LAW, ids, verified=held.confirmed)


def specialty(catalogue: Catalogue, procedure: Procedure, known: Registered | None, ids: tuple[str, ...] = ()) -> Step:
    """Whether the registered specialties cover a procedure."""
    wanted = "、".join(catalogue.specialty_name(code) for code in procedure.specialties)
    if known is None:
        why = f"{procedure.name}属{wanted};没有登记该机构的诊疗科目"
        return Step("specialty", UNDETERMINED, why, SCOPE_LAW, ids, ("institution.specialties",))
    have = "、".join(f"{catalogue.specialty_name(code)}" for code in sorted(known.codes)) or "无"
    covering = [code for code in procedure.specialties if code in known.codes]
    if covering:
        name = "、".join(catalogue.specialty_name(code) for code in covering)
        return Step("specialty", YES, f"{procedure.name}属{name},已登记", SCOPE_LAW, ids)
    alone = [c.parent for code in procedure.specialties if (c := catalogue.specialties.get(code)) and c.parent]
    bare = next((parent for parent in alone if known.alone(parent)), None)
    if bare is not None:
        why = f"只登记了{catalogue.specialty_name(bare)},没有写到二级科目;{procedure.name}属{wanted}"
        return Step("specialty", UNDETERMINED, why, SCOPE_LAW, ids, ("institution.specialties",))
    under = [code for code in known.codes for want in procedure.specialties if code.startswith(f"{want}.")]
    near = [code for code in (*procedure.perhaps, *under) if code in known.codes]
    if near:
        name = "、".join(catalogue.specialty_name(code) for code in dict.fromkeys(near))
        why = f"{procedure.name}属{wanted};已登记的{name}也可能涵盖,须看目的和当地规定"
        return Step("specialty", UNDETERMINED, why, SCOPE_LAW, ids, ("procedure.specialty",))
    if known.unread:
        why = f"登记的“{'、'.join(known.unread)}”不在诊疗科目名录里,须核对是否涵盖{wanted}"
        return Step("specialty", UNDETERMINED, why, SCOPE_LAW, ids, ("institution.specialties",))
    if not procedure.settled:
        why = f"{procedure.name}{_unsettled(procedure)},通常属{wanted};已登记:{have}"
        return Step("specialty", UNDETERMINED, why, SCOPE_LAW, ids, ("procedure.specialty",))
    why = f"{procedure.name}属{wanted};执业许可证登记的是:{have}"
    return Step("specialty", NO, why, SCOPE_LAW, ids)


def ceiling(
    catalogue: Catalogue, kind: InstitutionKind | None, level: str | None, known: Registered | None
) -> tuple[int, int] | None:
    """The lowest and the highest grade the institution's ceiling may be, given what is known; None when nobody says."""
    if kind is None:
        return None
    rows = [row for row in catalogue.ceilings if row.group == kind.group]
    rows = [row for row in rows if row.level is None or level is None or row.level == level]
    if not rows:
        return None
    fixed = [row.grade for row in rows if row.beside is None or (known is not None and row.beside in known.codes)]
    open_ = [row.grade for row in rows if row.beside is not None and known is None]
    by_level = [row for row in rows if row.level is not None]
    if by_level and level is None:
        # Levels that have no row (整形外科医院 below 三级) leave the lower end open.
        whole = {row.level for row in by_level} >= {"一级", "二级", "三级"}
        return (min(fixed) if whole else 0, max(fixed))
    if not fixed and not open_:
        return None
    return (max(fixed, default=0), max((*fixed, *open_)))


def grade(
    catalogue: Catalogue, procedure: Procedure, institution: Institution | None, known: Registered | None
) -> Step:
    """Whether the institution's kind admits the procedure's grade."""
    ids = (institution.id,) if institution is not None and institution.id else ()
    if not procedure.graded and procedure.listed:
        return Step("grade", YES, f"{procedure.name}列入目录而未分级,登记了相应科目即可开展", GRADE_LAW, ids)
    kind = catalogue.kind(institution.kind) if institution is not None and institution.kind else None
    level = institution.level if institution is not None else None
    limits = ceiling(catalogue, kind, level, known)
    spans = procedure.grades
    low, high = spans or (1, 4)
    if limits is not None and limits[0] >= (high if spans and procedure.settled else 4):
        why = f"{procedure.name}为{procedure.grade_name},{_may(kind, level, limits)}"
        return Step("grade", YES, why, GRADE_LAW, ids)
    if not procedure.settled:
        why = f"{procedure.name}{_unsettled(procedure)},级别以当地现行目录为准"
        return Step("grade", UNDETERMINED, why, GRADE_LAW, ids, ("procedure.grade",))
    if kind is None:
        why = f"{procedure.name}为{procedure.grade_name};不知道机构类别"
        return Step("grade", UNDETERMINED, why, GRADE_LAW, ids, ("institution.kind",))
    if limits is None:
        why = f"{procedure.name}为{procedure.grade_name};目录没有写明{kind.name}{level or ''}可开展的级别"
        return Step("grade", UNDETERMINED, why, GRADE_LAW, ids, ("institution.level",))
    why = f"{procedure.name}为{procedure.grade_name},{_may(kind, level, limits)}"
    if low > limits[1]:
        return Step("grade", NO, why, GRADE_LAW, ids)
    open_level = level is None and limits[0] != limits[1]
    return Step("grade", UNDETERMINED, why, GRADE_LAW, ids, ("institution.level" if open_level else "procedure.grade",))


def _may(kind: InstitutionKind | None, level: str | None, limits: tuple[int, int]) -> str:
    name = f"{level or ''}{kind.name}" if kind is not None else "该机构"
    if limits[0] == limits[1]:
        return f"{name}可开展至{GRADES[limits[1]]}"
    return f"{name}最高可开展至{GRADES[limits[1]]},须看级别"


def _unsettled(procedure: Procedure) -> str:
    if not procedure.listed:
        return "没有列入国家目录"
    return "各地归类不同" if procedure.varies else "在目录里的归类待核对"
