"""What belongs to an accreditation, or to an edition of a ranking: itself first; empty where there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mingjian.records.storage import accreditation_audits as audits
from mingjian.records.storage import accreditation_certificates as certificates
from mingjian.records.storage import accreditations, ranking
from mingjian.records.storage import ranking_forms as forms
from mingjian.records.storage.database import Tx

Rows = Mapping[str, Sequence[Any]]


def accreditation_rows(tx: Tx, id: str) -> Rows:
    """An accreditation with its audits, marks, nonconformities, certificate, surveillance and appeals."""
    found = accreditations.accreditation_by_id(tx, id)
    if found is None:
        return {}
    issued = [one for one in certificates.certificates_of(tx, found.institution) if one.accreditation == id]
    return {
        "accreditation": [found],
        "audits": audits.audits_of(tx, id),
        "marks": accreditations.marks_in(tx, id),
        "nonconformities": audits.nonconformities_of(tx, id),
        "certificates": issued,
        "surveillance": certificates.surveillance_of(tx, [one.id for one in issued]),
        "accreditation_appeals": certificates.appeals_of(tx, id),
    }


def edition_rows(tx: Tx, id: str) -> Rows:
    """An edition with its entrants, the raters' forms and the appeals."""
    found = ranking.edition_by_id(tx, id)
    if found is None:
        return {}
    return {
        "edition": [found],
        "entrants": ranking.entrants_of(tx, id),
        "forms": forms.forms_of_edition(tx, id),
        "ranking_appeals": forms.appeals_of_edition(tx, id),
    }
