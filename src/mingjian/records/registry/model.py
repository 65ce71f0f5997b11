"""The nouns of the registry: an entity, its credentials, and the links between entities, each with its days.

Days are dates in China, both ends included; an open end is None. What held on a day is asked with ``as_of``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

ENTITY_KINDS = (
    "institution", "physician", "nurse", "agency", "merchant", "creator", "account",
    "device", "drug", "consumable", "service",
)  # fmt: skip
PRODUCT_KINDS = ("device", "drug", "consumable", "service")
PERSON_KINDS = ("physician", "nurse", "creator")
CREDENTIAL_KINDS = (
    "business_licence", "practice_licence", "clinic_filing", "physician_qualification", "physician_practice",
    "nurse_practice", "aesthetic_lead", "ad_review", "device_registration", "device_filing", "drug_approval",
    "device_operation", "drug_operation", "hospital_grade", "training", "other",
)  # fmt: skip
LINK_KINDS = {
    "practises_at": (("physician", "nurse"), ("institution",)),
    "used_by": (("device", "drug", "consumable"), ("institution",)),
    "offered_by": (("service",), ("institution", "merchant")),
    "performed_by": (("service",), ("physician",)),
    "belongs_to": (("account",), ("institution", "physician", "creator", "agency", "merchant")),
    "operates": (("agency",), ("account",)),
    "branch_of": (("institution", "merchant"), ("institution", "merchant")),
}
"""Which kinds a link may join: from, to."""
ENTITY_STATES = ("active", "suspended", "closed")
CREDENTIAL_STATES = ("valid", "suspended", "revoked")  # that a term is over is seen from the days
CHECKS = ("unverified", "well_formed", "malformed", "confirmed", "contradicted")
"""How far a credential's number was verified: nobody looked; its form holds or not; an official source said so."""


@dataclass(frozen=True, slots=True)
class Entity:
    """Somebody or something registered. ``key`` names it within its kind (an institution's 登记号 or 统一社会信用代码,
    a physician's 执业证书编码, a product's registration number, an account's ``platform:id``). ``attributes`` are plain
    JSON by name (``ownership`` public | private, ``grade`` such as 三级甲等, ``province``, ``city``, ``level`` …)."""

    id: str
    kind: str
    key: str
    name: str
    state: str = "active"
    attributes: Mapping[str, Any] = field(default_factory=dict)
    changed_at: int = 0
    """Microseconds; when the registry last heard of it, its credentials or its links."""
    version: int = 1
    effective: date | None = None
    """The day from which this version speaks (None: of every day the registry knows)."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A licence, certificate, filing or approval of an entity. ``scope`` are codes: 诊疗科目 (``A02`` …), specialties
    of a physician, procedures, models of a device. ``evidence`` is the digest of the file it was read from."""

    id: str
    entity: str
    kind: str
    number: str
    issuer: str = ""
    scope: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    state: str = "valid"
    check: str = "unverified"
    checked_at: int | None = None
    why: str = ""
    """What the last check said, in words."""
    evidence: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    version: int = 1
    effective: date | None = None

    def holds(self, as_of: date) -> bool | None:
        """Whether it holds on a day: None when its days are not known well enough to say."""
        if self.state != "valid":
            return False
        if self.valid_from is not None and as_of < self.valid_from:
            return False
        if self.valid_to is not None:
            return as_of <= self.valid_to
        return True if self.valid_from is not None else None


@dataclass(frozen=True, slots=True)
class Link:
    """One entity joined to another during some days (a physician practises at an institution in specialties)."""

    id: str
    kind: str
    source: str
    target: str
    scope: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    state: str = "valid"
    attributes: Mapping[str, Any] = field(default_factory=dict)
    version: int = 1
    effective: date | None = None

    def holds(self, as_of: date) -> bool:
        """Whether it holds on a day; an unknown beginning is taken as long ago."""
        after = self.valid_from is None or self.valid_from <= as_of
        return self.state == "valid" and after and (self.valid_to is None or as_of <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Awaited:
    """A link whose other end the registry does not know yet: it will be joined when ``kind`` ``key`` is recorded."""

    id: str
    link: str
    source: str
    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an entity, credential or link (``noun``), as it was. ``values`` are its fields in plain JSON;
    ``changed`` names those that differ from the version before; ``seq`` is the event that brought it."""

    subject: str
    noun: str
    version: int
    effective: date | None
    seq: int
    at: int
    actor: str
    changed: tuple[str, ...]
    values: Mapping[str, Any]


IMPORT_STATES = ("waiting", "running", "retrying", "finished", "failed")


@dataclass(frozen=True, slots=True)
class Import:
    """A file on its way into the registry. ``rows`` have been read; of them ``recorded`` were sound (``added`` new,
    ``changed``, or the ``same`` as before) and ``rejected`` were not; ``malformed`` credentials were recorded whose
    number cannot be right, ``awaited`` links whose other end is not known. Times in microseconds."""

    id: str
    fingerprint: str
    digest: str
    name: str
    source: str
    options: Mapping[str, Any]
    actor: str
    state: str
    seq: int
    rows: int
    recorded: int
    added: int
    changed: int
    same: int
    rejected: int
    malformed: int
    awaited: int
    notes: tuple[str, ...]
    why: str
    started_at: int
    changed_at: int


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was not taken: its line, what is wrong ({field, message, hint, word}), and the row itself, a list of
    cells or an object. ``again``: it is tried once more when all rows have been read."""

    line: int
    problems: tuple[Mapping[str, Any], ...]
    raw: Any
    again: bool = False
