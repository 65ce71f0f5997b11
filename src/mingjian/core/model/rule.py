"""The rule: a test that cites. One YAML file makes one rule; see CONTRIBUTING.md for the format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SEVERITIES = ("info", "low", "medium", "high", "critical")  # gravity in law, mild to grave
CONFIDENCES = ("low", "medium", "high")
OUTCOMES = ("violation", "needs_evidence", "advice")
STATUSES = ("preview", "stable", "deprecated", "retired")
# What kind of wrong a rule finds: the words of accuracy reports, and the families the classifier knows.
FAMILIES = (
    "efficacy_guarantee", "cure_rate", "absolute_term", "comparison", "disparagement", "appearance_anxiety",
    "medical_confusion", "toxic_drug_ad", "prescription_drug_ad", "unregistered_product",
    "false_data_or_citation", "false_credential_or_title", "fake_qualification_institution",
    "state_organ_image", "patient_testimonial_or_image", "endorsement", "superstition_or_vulgar",
    "unreviewed_ad", "beyond_permitted_content", "disguised_ad", "missing_notice", "lure_price",
    "price_fraud", "diversion", "minors", "privacy", "unqualified_practice", "live_commerce",
    "bought_engagement", "platform_rule", "other",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Applies:
    """The gates. An empty tuple leaves that gate open; an unknown value passes only an open gate,
    except that an unknown channel counts as public and an unknown platform passes no platform gate."""

    natures: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A test inside the rule. ``spans`` are the marked places, as code points of ``text``."""

    text: str
    spans: tuple[tuple[int, int], ...] = ()
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as loaded. ``match`` and ``applies`` are validated by mingjian.core.rulebook.schema."""

    code: str
    name: str
    title: str
    family: str
    status: str
    severity: str
    confidence: str
    outcome: str
    cites: tuple[str, ...]
    match: Mapping[str, Any]
    message: str
    why: str
    suggest: tuple[str, ...]
    applies: Applies = Applies()
    monitoring: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    silent_when: tuple[str, ...] = ()
    rewrite: str | None = None
    false_positives: tuple[str, ...] = ()
    bad: tuple[Example, ...] = ()
    good: tuple[Example, ...] = ()
    redirect: str | None = None
    path: str = ""
