"""The nouns of the house, frozen: item, law, rule, finding, verdict. Nothing here does any work."""

from mingjian.core.model.item import (
    CHANNELS,
    DOMAINS,
    NATURES,
    PUBLISHER_KINDS,
    Item,
    Part,
    Place,
    Publisher,
)
from mingjian.core.model.law import Citation, Instrument, Provision
from mingjian.core.model.prints import Print
from mingjian.core.model.rule import CONFIDENCES, FAMILIES, OUTCOMES, SEVERITIES, Applies, Example, Rule
from mingjian.core.model.shown import Shown
from mingjian.core.model.verdict import (
    DOMAIN_SOURCES,
    NATURE_SOURCES,
    VERDICT_VALUES,
    Domain,
    Evidence,
    Finding,
    Nature,
    Verdict,
)

__all__ = [
    "CHANNELS",
    "CONFIDENCES",
    "DOMAINS",
    "DOMAIN_SOURCES",
    "FAMILIES",
    "NATURES",
    "NATURE_SOURCES",
    "OUTCOMES",
    "PUBLISHER_KINDS",
    "SEVERITIES",
    "VERDICT_VALUES",
    "Applies",
    "Citation",
    "Domain",
    "Evidence",
    "Example",
    "Finding",
    "Instrument",
    "Item",
    "Nature",
    "Part",
    "Place",
    "Print",
    "Provision",
    "Publisher",
    "Rule",
    "Shown",
    "Verdict",
]
