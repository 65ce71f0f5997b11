"""May this physician perform this procedure at this institution on this day?"""

from __future__ import annotations

from datetime import date

from mingjian.core.model.scope import Catalogue, Procedure
from mingjian.core.scope import physician as of_physician
from mingjian.core.scope import products
from mingjian.core.scope.facts import Institution, Physician, Product
from mingjian.core.scope.institution import grade, licence, specialties_of, specialty
from mingjian.core.scope.model import UNDETERMINED, Answer, Step, answered

UNKNOWN_LAW = ("cn.aesthetic-services-measures/17",)


def unknown_procedure(named: str | None) -> Step:
    """The step for a procedure that the catalogue does not know."""
    why = f"“{named}”不在项目目录里" if named else "没有说明是什么项目"
    return Step("procedure", UNDETERMINED, why, UNKNOWN_LAW, missing=("procedure",))


def institution_steps(
    catalogue: Catalogue, procedure: Procedure, institution: Institution | None, as_of: date
) -> list[Step]:
    """What the institution alone must have: licence, specialty, grade, filing of a restricted technology."""
    known = specialties_of(catalogue, institution, as_of)
    ids = (institution.id,) if institution is not None and institution.id else ()
    steps = [
        licence(institution, as_of),
        specialty(catalogue, procedure, known, ids),
        grade(catalogue, procedure, institution, known),
    ]
    return steps + [step for step in (products.restricted(procedure, institution, as_of),) if step is not None]


def may_perform(
    catalogue: Catalogue,
    physician: Physician | None,
    procedure: Procedure | str | None,
    institution: Institution | None,
    as_of: date,
    product: Product | None = None,
) -> Answer:
    """The answer with its chain. ``physician`` None leaves the person out: may the institution perform it at all?
    A procedure that is only a name is one that the catalogue does not know."""
    if not isinstance(procedure, Procedure):
        steps = [licence(institution, as_of), unknown_procedure(procedure)]
        return answered("perform", steps, as_of, None)
    steps = institution_steps(catalogue, procedure, institution, as_of)
    if physician is not None:
        known = specialties_of(catalogue, institution, as_of)
        steps += of_physician.steps(catalogue, physician, procedure, institution, known, as_of)
    beside = (products.approved(procedure), products.used(catalogue, procedure, institution, product, as_of))
    steps += [step for step in beside if step is not None]
    return answered("perform", steps, as_of, procedure.code)
