"""A campaign as the journal tells it, event by event, up to one of its numbers; no table is asked but the registry,
which says whose an account is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from mingjian.governance.campaigns.told import WITHDRAWN, Act, Ruling, Told, aired, before_it, term
from mingjian.records.errors import NotFound
from mingjian.records.journal.model import Recorded
from mingjian.records.storage.campaign_figures import events_about, events_between, first_seq
from mingjian.records.storage.database import Tx

_DECISIONS = ("decision.made", "decision.closed", "decision.reopened", "action.taken", "action.resumed",
              *(f"action.{one}" for one in WITHDRAWN), "appeal.lodged", "appeal.decided")  # fmt: skip
_RAISED = "live.incident_raised"
_RINGS = {"ring.found": "open", "ring.merged": "merged", "ring.dismissed": "dismissed", "ring.reopened": "open"}

_ALARMS = {"engagement.alarm": "open", "engagement.confirmed": "confirmed", "engagement.dismissed": "dismissed",
           "engagement.reopened": "open"}  # fmt: skip


class Retold:
    """Reads the journal once. ``links`` are (kind, ref) of one batch, or of all when ``batch`` is None."""

    def __init__(self, tx: Tx, campaign: str, batch: int | None, upto: int) -> None:
        self._tx, self._upto = tx, upto
        self.told = Told()
        self._case_of: dict[str, str] = {}  # case → the kind of link it came by
        self._named: dict[str, str] = {}  # decision → the same
        self._first = upto
        self._kinds: dict[str, str | None] = {}
        self._live: set[str] = set()  # the items of live incidents
        links = self._links(campaign, batch)
        self._things(links)
        self._cases()
        self._decisions()
        self._items()
        self._aired()

    def _links(self, campaign: str, batch: int | None) -> dict[tuple[str, str], int]:
        links: dict[tuple[str, str], int] = {}
        known = False
        for event in events_about(self._tx, [campaign], self._upto):
            known = known or event.kind == "campaign.opened"
            if event.kind in ("campaign.linked", "campaign.unlinked"):
                for kind, ref in event.body["links"]:
                    if event.kind == "campaign.linked":
                        links[kind, ref] = event.body["batch"]
                    else:
                        links.pop((kind, ref), None)
        if not known:
            raise NotFound(f"没有专项治理 {campaign}")
        return {one: number for one, number in links.items() if batch in (None, number)}

    def _things(self, links: Iterable[tuple[str, str]]) -> None:
        by_ref = {ref: kind for kind, ref in sorted(links)}
        revokes: set[str] = set()
        works: dict[str, set[str]] = {}
        for event in events_about(self._tx, by_ref, self._upto):
            self._first = min(self._first, event.seq)
            ref, kind = event.subject, by_ref[event.subject]
            if kind == "case":
                self._case_of[ref] = kind
            elif kind == "decision":
                self._named[ref] = kind
            elif kind == "certification_batch":
                self._batch(event, revokes)
            elif kind == "sweep":
                self._sweep(event)
            elif kind == "ring":
                self._ring(event, works.setdefault(ref, set()))
            elif kind == "alarm":
                self._alarm(event)
            elif kind == "live" and event.kind == _RAISED:
                self._live.add(event.body["item"])

    def _batch(self, event: Recorded, revokes: set[str]) -> None:
        if event.kind == "certification_batch.previewed" and event.body["kind"] == "revoke":
            revokes.add(event.subject)
        elif event.kind == "certification_batch.ran" and event.subject in revokes:
            for _, _, effect, _, _ in event.body["members"]:
                if effect is not None:
                    self._named.setdefault(effect, "certification_batch")

    def _sweep(self, event: Recorded) -> None:
        if event.kind == "sweep.planned":
            self.told.swept[event.subject] = 0
        elif event.kind == "sweep.judged":
            self.told.swept[event.subject] += event.body["judged"]
        elif event.kind == "sweep.took":
            for _, _, _, how, decision, case in event.body["items"]:
                if how in ("acted", "opened"):
                    if decision is not None:
                        self._named.setdefault(decision, "sweep")
                    if case is not None:
                        self._case_of.setdefault(case, "sweep")

    def _ring(self, event: Recorded, works: set[str]) -> None:
        ref = event.subject
        if event.kind in _RINGS:
            self.told.rings[ref] = _RINGS[event.kind]
        elif event.kind == "ring.acted":
            works.add(event.body["work"])
            self.told.rings[ref] = "acted"
            for decision in event.body["decisions"]:
                self._named.setdefault(decision, "ring")
        elif event.kind == "ring.undone":
            works.discard(event.body["work"])
            if not works:
                self.told.rings[ref] = "open"

    def _alarm(self, event: Recorded) -> None:
        if event.kind in _ALARMS:
            self.told.alarms[event.subject] = _ALARMS[event.kind]

    def _cases(self) -> None:
        for event in events_about(self._tx, self._case_of, self._upto):
            self._first = min(self._first, event.seq)
            if event.kind in ("case.opened", "case.undone"):
                self.told.cases[event.subject] = None
            elif event.kind == "case.reviewed" and "outcome" in event.body:
                self.told.cases[event.subject] = event.body["outcome"]

    def _decisions(self) -> None:
        # What policies do at once about a live room's item stands before the incident itself.
        first = first_seq(self._tx, self._live, first_seq(self._tx, self._named, self._first))
        for event in events_between(self._tx, first - 1, self._upto, _DECISIONS):
            noun, _, verb = event.kind.partition(".")
            if noun == "decision":
                self._decision(event, verb)
            elif noun == "action":
                self._action(event, verb)
            else:
                self._appeal(event, verb)

    def _decision(self, event: Recorded, verb: str) -> None:
        rulings, body = self.told.rulings, event.body
        if verb == "made":
            source = self._source(event.subject, body)
            if source is not None:
                facts = body["facts"]
                rulings[event.subject] = Ruling(
                    event.subject, source, body["item"], body["publisher"], facts.get("platform"), None,
                    frozenset(facts.get("families") or ()), "in_force",
                )  # fmt: skip
        elif event.subject in rulings:
            state = body["state"] if verb == "closed" else "in_force"
            rulings[event.subject] = replace(rulings[event.subject], state=state)

    def _source(self, id: str, body: dict[str, Any]) -> str | None:
        """The kind of link a decision came by; one that takes the place of a campaign's decision is the campaign's."""
        source = self._named.get(id) or self._case_of.get(body["case"] or "")
        source = source or ("live" if body["item"] in self._live else None)
        if source is None:
            before = before_it(body["replaces"], body["facts"])
            source = next((self.told.rulings[one].source for one in before if one in self.told.rulings), None)
        return source

    def _action(self, event: Recorded, verb: str) -> None:
        acts, body = self.told.acts, event.body
        if verb == "taken" and body["decision"] in self.told.rulings:
            acts[event.subject] = Act(event.subject, body["decision"], body["item"], body["publisher"],
                                      body["measure"], body["right"], True,
                                      term(event.at, body["until"]))  # fmt: skip
        elif verb != "taken" and event.subject in acts:
            acts[event.subject] = replace(acts[event.subject], stands=verb == "resumed")

    def _appeal(self, event: Recorded, verb: str) -> None:
        appeals, body = self.told.appeals, event.body
        if verb == "lodged" and body["decision"] in self.told.rulings:
            appeals[event.subject] = (body["decision"], "lodged")
        elif verb == "decided" and event.subject in appeals:
            appeals[event.subject] = (appeals[event.subject][0], body["outcome"])

    def _aired(self) -> None:
        items = {one.item for one in self.told.rulings.values() if one.item}
        for event in events_between(self._tx, 0, self._upto, (_RAISED,)) if items else ():
            body = event.body
            if body["item"] in items:
                self.told.aired[body["item"]] = aired(body["room"], body["session"], body["merchants"])

    def _items(self) -> None:
        """The kind of each item, as it was submitted."""
        rulings = self.told.rulings
        items = {one.item for one in rulings.values() if one.item}
        kinds = {event.subject: event.body.get("kind")
                 for event in events_about(self._tx, items, self._upto, ("item.submitted",))}  # fmt: skip
        for id, one in rulings.items():
            if one.item:
                rulings[id] = replace(one, kind=kinds.get(one.item))
