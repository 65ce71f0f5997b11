"""What can be done with drafts, in one place for doors."""

from mingjian.clinic.publication.commenting import comment, resolve, threads
from mingjian.clinic.publication.drifting import check_drift, differences_of
from mingjian.clinic.publication.looking import (
    count_drafts,
    get_draft,
    list_drafts,
    open_version,
    timeline,
    titles_by_id,
    titles_of,
)
from mingjian.clinic.publication.proof import proof_of
from mingjian.clinic.publication.reviewing import review_draft, undo_draft_review
from mingjian.clinic.publication.sealing import judged_now, stops, waive
from mingjian.clinic.publication.writing import create_draft, save_version, submit, withdraw

__all__ = [
    "check_drift",
    "comment",
    "count_drafts",
    "create_draft",
    "differences_of",
    "get_draft",
    "judged_now",
    "list_drafts",
    "open_version",
    "proof_of",
    "resolve",
    "review_draft",
    "save_version",
    "stops",
    "submit",
    "threads",
    "timeline",
    "titles_by_id",
    "titles_of",
    "undo_draft_review",
    "waive",
    "withdraw",
]
