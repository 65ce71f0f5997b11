"""What policies look at beside the findings, for items just judged and for items in the store."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeVar

from mingjian.core.model import VERDICT_VALUES
from mingjian.governance.decisions.law import book_in_force
from mingjian.governance.ladders.count import DAY, strikes
from mingjian.governance.policies.model import Facts, Found
from mingjian.records.actions.model import Decision
from mingjian.records.items.model import Stored
from mingjian.records.storage import actions
from mingjian.records.storage.database import Tx

F = TypeVar("F", bound=Found)


def facts_of(
    stored: Stored,
    nature: str | None,
    domain: str | None,
    value: str,
    vouched: Mapping[str, object],
    strikes: int | None = None,
) -> Facts:
    """The facts of an item. ``vouched`` are the outside facts its sender or the house vouches for (``risk``, 0
    to 1, ``risk_band``; ``reuse``, what the desk found alike: its ``count`` and ``publishers``); ``strikes`` those
    of its publisher, None where nobody asks for them."""
    facts: dict[str, object] = {
        "kind": stored.kind, "platform": stored.platform, "channel": stored.channel,
        "publisher_kind": stored.publisher_kind, "nature": nature, "domain": domain, "value": value,
        "strikes": strikes,
    }  # fmt: skip
    risk = vouched.get("risk")
    if isinstance(risk, int | float) and not isinstance(risk, bool) and 0 <= risk <= 1:
        facts["risk"] = float(risk)
    band = vouched.get("risk_band")
    if isinstance(band, str) and band:
        facts["risk_band"] = band
    reuse = vouched.get("reuse")
    if isinstance(reuse, Mapping):
        facts |= {"reuse": reuse.get("count"), "reuse_publishers": reuse.get("publishers")}
    return {name: known for name, known in facts.items() if known is not None}


def without_shadowed(
    findings: Sequence[F], value: str, unread: Sequence[str], shadowed: Collection[str]
) -> tuple[Sequence[F], str]:
    """The findings that policies may see, and the verdict's value as far as it rests on these."""
    if not shadowed or not any(finding.code in shadowed for finding in findings):
        return findings, value
    left = [finding for finding in findings if finding.code not in shadowed]
    values = [finding.status for finding in left] + (["undetermined"] if unread else [])
    return left, max(values, key=VERDICT_VALUES.index, default="clean")


def strikes_of(tx: Tx, publishers: Iterable[str | None], since: int) -> Mapping[str, Sequence[Decision]]:
    """The decisions that may be strikes against these publishers, for ``most_strikes``. ``since`` is the earliest
    moment (microseconds) they will be counted for."""
    ladders = book_in_force().ladders.values()
    wanted = {publisher for publisher in publishers if publisher}
    longest = max((ladder.window_days for ladder in ladders), default=0)
    measures = {measure for ladder in ladders for measure in ladder.counts["measures"]}
    found: dict[str, list[Decision]] = {publisher: [] for publisher in wanted}
    for decision in actions.decisions_of_publishers(tx, wanted, measures, since - longest * DAY):
        found[decision.publisher or ""].append(decision)
    return found


def most_strikes(decisions: Sequence[Decision], at: int) -> int:
    """The publisher's strikes on the ladder where they have most, at a moment."""
    ladders = book_in_force().ladders.values()
    return max((len(strikes(ladder, decisions, at)) for ladder in ladders), default=0)
