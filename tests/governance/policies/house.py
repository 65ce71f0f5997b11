"""Policies, people and items for tests of policies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mingjian import api
from mingjian.desk.people.model import Principal
from mingjian.governance.policies.service import applier, attach_trial, backtest, deploy, draft
from mingjian.governance.screening.service import Apply, Screening
from mingjian.records.items.model import Stored, Submission
from mingjian.records.journal.append import append_all
from mingjian.records.journal.model import Event
from mingjian.records.policies.model import PolicyVersion
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.policies import version_by_id
from tests.governance.world import person

AUTHOR, AUTHOR2 = person("wen", "policy_author"), person("wu", "policy_author")
DEPLOYER, DEPLOYER2 = person("fang", "policy_deployer"), person("fei", "policy_deployer")
BOTH = person("bao", "policy_author", "policy_deployer")
TOXIC = "肉毒素瘦脸针特价 999 一针,保妥适现货出售"
BAD, GOOD = "热玛吉术后永不反弹,保证有效。预约加微信", "今天天气很好"
CLAUSES = """
  - name: toxic
    title: 毒性药品
    when:
      findings:
        {families: [toxic_drug_ad], status: violation, severity: {at_least: critical}, confidence: {at_least: high}}
    then: {measure: limit, days: 3, queue: auto}
    reason: 毒性药品广告
  - name: violation
    title: 违规
    when: {findings: {status: violation}}
    then: {queue: auto}
    reason: 检出违规
"""
REST = """
  - name: rest
    title: 其余
    then: pass
"""
MILD = "  - {name: all, title: 全部放行, then: pass}\n"
EVERYTHING = "  - {name: all, title: 全部送审, then: {queue: auto}, reason: 全部送审}\n"


def written(version: int = 1, clauses: str = CLAUSES + REST, name: str = "content", **more: str) -> str:
    """A policy's text."""
    head = {"name": name, "version": str(version), "title": "内容", "title_en": "Content", "from": "2026-01-01"} | {
        key.rstrip("_"): value for key, value in more.items()
    }
    return "".join(f"{key}: {value}\n" for key, value in head.items()) + f"clauses:\n{clauses.lstrip(chr(10))}"


@dataclass(frozen=True)
class Sign:
    """A finding, as policies look at it."""

    code: str = "AD-16-1-guarantee"
    family: str = "efficacy_guarantee"
    status: str = "violation"
    severity: str = "high"
    confidence: str = "medium"


class House:
    """A desk with the applier at work."""

    def __init__(self, database: Database, apply: Apply | None = None) -> None:
        self.database = database
        self.screening = Screening(database, api.engine(), apply or applier())
        self.number = 0

    def judge(self, *texts: str, **fields: Any) -> list[Stored]:
        """Items of these texts, judged in one batch, as they stand after it."""
        given = []
        for text in texts:
            self.number += 1
            given.append(
                {"id": f"n{self.number}", "text": text, "platform": "xiaohongshu", "channel": "public",
                 "nature": "advertisement", "publisher": {"id": "clinic", "kind": "institution"}} | fields
            )  # fmt: skip
        return [taken.item for taken, _ in self.screening.check_now([Submission(one) for one in given], "user:ann")]

    def draft(self, text: str, by: Principal = AUTHOR, revision: int | None = None) -> PolicyVersion:
        with self.database.write() as tx:
            return draft(tx, by, text, revision=revision)

    def tried(self, text: str, by: Principal = AUTHOR) -> PolicyVersion:
        """Drafted and tried on what is stored."""
        kept = self.draft(text, by)
        diff = backtest(self.database, by, kept.id)
        with self.database.write() as tx:
            return attach_trial(tx, by, kept.id, diff, revision=kept.revision)

    def deploy(self, kept: PolicyVersion, stage: str, by: Principal = DEPLOYER, **more: Any) -> PolicyVersion:
        with self.database.write() as tx:
            given: dict[str, Any] = {"revision": kept.revision, "reason": "试行"} | more
            return deploy(tx, by, kept.id, stage, **given)

    def at(self, text: str, stage: str, percent: int = 20) -> PolicyVersion:
        """A version of this text at a stage, taken there step by step."""
        kept = self.deploy(self.tried(text), "shadow")
        if stage != "shadow":
            kept = self.deploy(kept, "share", percent=percent)
        return self.deploy(kept, "live") if stage == "live" else kept

    def version(self, id: str) -> PolicyVersion:
        with self.database.read() as tx:
            found = version_by_id(tx, id)
        assert found is not None
        return found


def record_judged(
    tx: Tx, start: int, findings: Sequence[Sequence[str]], *, hits: Mapping[int, str] | None = None
) -> None:
    """Items as judged with these codes each, without an engine: what counting needs. ``hits``: place → clause of
    content@1 that it met."""
    ids = [f"itm_{start + place}" for place in range(len(findings))]
    submitted = {"source": "t", "version": 1, "digest": "0" * 64}
    append_all(tx, [Event("item.submitted", id, submitted | {"external": id}) for id in ids])
    judged = {"verdict": "0" * 64, "read": "0" * 64, "value": "violation", "severity": "high", "rulebook": "r",
              "nature": "advertisement", "domain": "medical", "as_of": "2026-03-02"}  # fmt: skip
    append_all(tx, [
        Event("item.judged", id, judged | {"findings": [[code, "other", "high", "violation"] for code in codes]})
        for id, codes in zip(ids, findings, strict=True)
    ])  # fmt: skip
    if hits:
        body = {"hits": [[ids[place], "content@1", "acted", clause, "limit", None] for place, clause in hits.items()]}
        append_all(tx, [Event("policy.applied", "policies", body)])
