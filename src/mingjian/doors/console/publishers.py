"""The publisher beside an item or a case: what we were told of them, what was decided of them, what they published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mingjian.governance.actions.standing import in_force_on_publisher
from mingjian.records.actions.model import Action, Decision
from mingjian.records.items.model import Stored
from mingjian.records.storage import actions, item_queries
from mingjian.records.storage.database import Tx

_DECISIONS = 12
_ITEMS = 6
# Facts a submitter vouches for that speak of the publisher's papers.
CREDENTIAL_FACTS = {
    "institution": "机构", "physicians": "医师", "review_certificate": "广告审查证明", "licence_number": "执业许可证号",
    "licence": "执业许可证", "licences": "许可与资质", "products": "产品", "diagnosis_subjects": "诊疗科目",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Publisher:
    """``credentials`` are (name in Chinese, value) pairs the submitter stated with the item: nothing was verified.
    ``registered`` is what the registry knows (registered.Registered), where it knows them."""

    id: str
    kind: str | None
    name: str | None = None
    credentials: tuple[tuple[str, str], ...] = ()
    actions: Sequence[Action] = ()
    decisions: Sequence[Decision] = ()
    items: Sequence[Stored] = field(default=())
    registered: Any = None


def publisher_of(tx: Tx, id: str, kind: str | None, item: Mapping[str, Any] | None = None, *, but: str | None = None,
                 blind: bool = False) -> Publisher:  # fmt: skip
    """A publisher as known now. ``but`` leaves one item out; ``blind`` leaves out what was decided before."""
    told = (item or {}).get("publisher") or {}
    others = [one for one in item_queries.items_of_publisher(tx, id, _ITEMS + 1) if one.id != but][:_ITEMS]
    return Publisher(
        id, kind or told.get("kind"), told.get("name"), credentials(item or {}),
        () if blind else in_force_on_publisher(tx, id),
        () if blind else actions.publisher_decisions(tx, id, None, _DECISIONS), others,
    )  # fmt: skip


def credentials(item: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What the submitter stated of licences and the like."""
    facts = {**(item.get("facts") or {}), **{name: item[name] for name in CREDENTIAL_FACTS if name in item}}
    return tuple((title, _told(facts[name])) for name, title in CREDENTIAL_FACTS.items() if name in facts)


def _told(value: Any) -> str:
    if isinstance(value, bool):
        return "有" if value else "无"
    if isinstance(value, list):
        return "、".join(_told(each) for each in value)
    if isinstance(value, Mapping):
        return ";".join(f"{key}:{_told(each)}" for key, each in value.items())
    return str(value)
