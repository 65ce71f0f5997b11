"""What can be done with scores, in one place for doors."""

from mingjian.governance.scorecards.acting import list_halts, resume
from mingjian.governance.scorecards.active import live_cards
from mingjian.governance.scorecards.duty import catch_up, count_touched, follow_bands, nightly
from mingjian.governance.scorecards.explain import Explained, compute_one, explain, scores_for
from mingjian.governance.scorecards.limits import limits
from mingjian.governance.scorecards.lists import Overview, band_page, in_band, observations_for, overview
from mingjian.governance.scorecards.observing import MOST_ROWS, Told, Wrong, observe, rows_of_csv
from mingjian.governance.scorecards.parse import Problem, ScorecardError
from mingjian.governance.scorecards.provider import risk_facts
from mingjian.governance.scorecards.recount import recount
from mingjian.governance.scorecards.reports import Calibration, Stability, calibration, stability
from mingjian.governance.scorecards.shipped import install_cards, shipped, shipped_texts, use_folder
from mingjian.governance.scorecards.states import (
    TITLES,
    OpenedCard,
    attach_whatif,
    card_history,
    deploy_card,
    draft_card,
    former_of,
    get_card,
    list_cards,
    retire_card,
    rollback_card,
    whatif_of,
)
from mingjian.governance.scorecards.trying import try_card
from mingjian.governance.scorecards.whatif import WhatIf

__all__ = [
    "MOST_ROWS",
    "TITLES",
    "Calibration",
    "Explained",
    "OpenedCard",
    "Overview",
    "Problem",
    "ScorecardError",
    "Stability",
    "Told",
    "WhatIf",
    "Wrong",
    "attach_whatif",
    "band_page",
    "calibration",
    "card_history",
    "catch_up",
    "compute_one",
    "count_touched",
    "deploy_card",
    "draft_card",
    "explain",
    "follow_bands",
    "former_of",
    "get_card",
    "in_band",
    "install_cards",
    "limits",
    "list_cards",
    "list_halts",
    "live_cards",
    "nightly",
    "observations_for",
    "observe",
    "overview",
    "recount",
    "resume",
    "retire_card",
    "risk_facts",
    "rollback_card",
    "rows_of_csv",
    "scores_for",
    "shipped",
    "shipped_texts",
    "stability",
    "try_card",
    "use_folder",
    "whatif_of",
]
