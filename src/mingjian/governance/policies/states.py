"""The life of a policy: draft → tried → shadow → share → live → retired. Every step is an event; whoever deploys did
not write it; whoever changes something names the revision they saw."""

from __future__ import annotations

from dataclasses import dataclass

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.policies.model import Policy
from mingjian.governance.policies.parse import Problem, parse_policy, read_policy
from mingjian.governance.policies.trial import Diff
from mingjian.records.canonical import canonical
from mingjian.records.clock import day
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event, Recorded
from mingjian.records.policies.model import STAGES, PolicyVersion
from mingjian.records.storage import contents, policies
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import events_of, hold_head
from mingjian.records.storage.trials import any_judged

TITLES = {
    "draft": "草稿",
    "tried": "已回测",
    "shadow": "影子运行",
    "share": "灰度",
    "live": "生效",
    "retired": "已停用",
}
_FROM = {"shadow": ("tried",), "share": ("shadow", "share"), "live": ("share",)}
_MOST_REASON = 2000


@dataclass(frozen=True, slots=True)
class OpenedPolicy:
    """A version with its text. ``policy`` is None and ``problems`` say why when the text can no longer be read."""

    kept: PolicyVersion
    text: str
    policy: Policy | None
    problems: tuple[Problem, ...]


def list_policies(tx: Tx, principal: Principal, name: str | None = None) -> list[PolicyVersion]:
    """Every version of all policies or of one, by name, the newest first."""
    demand(principal, "policy.read")
    return policies.versions(tx, name=name)


def get_policy(tx: Tx, principal: Principal, id: str) -> OpenedPolicy:
    """A version with its text; NotFound."""
    demand(principal, "policy.read")
    kept = version_of(tx, id)
    body = contents.get(tx, kept.digest)
    if body is None:
        return OpenedPolicy(kept, "", None, ((None, "", "策略原文已不在"),))
    made, problems = read_policy(body.decode())
    return OpenedPolicy(kept, body.decode(), made, tuple(problems))


def policy_history(tx: Tx, principal: Principal, id: str) -> list[Recorded]:
    """Everything that happened to a version, in order."""
    demand(principal, "policy.read")
    version_of(tx, id)
    return events_of(tx, id)


def draft(tx: Tx, principal: Principal, text: str, *, revision: int | None = None) -> PolicyVersion:
    """Write a new version (the number after the last), or write one anew that was not deployed yet (then
    ``revision`` is that of the one seen; its trial is void). PolicyError with everything wrong with the text."""
    demand(principal, "policy.author")
    made = parse_policy(text)
    hold_head(tx)
    kept = policies.version_by_id(tx, made.id)
    if kept is not None:
        _unchanged(kept, revision)
        if kept.state not in ("draft", "tried"):
            raise Conflict(f"{made.id} 已部署过,不能再改。请把 version 改为下一个版本号。", field="version")
    else:
        last = max((one.version for one in policies.versions(tx, name=made.name)), default=0)
        if made.version != last + 1:
            raise Conflict(f"“{made.name}”现有到第 {last} 版,新版本的 version 应为 {last + 1}。", field="version")
    (digest,) = contents.put(tx, [text.encode()])
    body = {"name": made.name, "version": made.version, "title": made.title, "title_en": made.title_en,
            "digest": digest}  # fmt: skip
    append(tx, Event("policy.drafted", made.id, body, principal.actor))
    return version_of(tx, made.id)


def attach_trial(tx: Tx, principal: Principal, id: str, diff: Diff, *, revision: int) -> PolicyVersion:
    """Put the finished result of a trial on stored items beside the version: needed before it may be deployed."""
    demand(principal, "policy.author")
    hold_head(tx)
    kept = version_of(tx, id)
    _unchanged(kept, revision)
    if kept.state not in ("draft", "tried"):
        raise Conflict(f"{id} 现在是“{TITLES[kept.state]}”,不能再附回测结果。")
    if diff.digest != kept.digest:
        raise Conflict("回测的是另一份文本:策略改过之后要重新回测。", field="trial")
    if not diff.done:
        raise Conflict("回测还没有跑完。", field="trial")
    if not diff.seen and any_judged(tx):
        raise Conflict("回测没有看到任何内容:请放宽筛选条件再跑一次。", field="trial")
    (digest,) = contents.put(tx, [canonical(diff.to_json())])
    body = {"trial": digest, "policy": kept.digest, "seen": diff.seen, "changed": diff.changed}
    append(tx, Event("policy.tried", id, body, principal.actor))
    return version_of(tx, id)


def trial_of(tx: Tx, principal: Principal, id: str) -> Diff | None:
    """The trial's result that lies beside a version."""
    demand(principal, "policy.read")
    kept = version_of(tx, id)
    body = contents.get(tx, kept.trial) if kept.trial else None
    return None if body is None else Diff.from_json(body)


def deploy(
    tx: Tx, principal: Principal, id: str, stage: str, *, revision: int, reason: str, percent: int | None = None
) -> PolicyVersion:
    """Take a version one step on: ``shadow``, ``share`` (with ``percent`` 1 to 99, also to change it) or ``live``
    (then the version that was live is retired). Forbidden for its authors; Conflict for a stale revision, a step that
    was left out, another version of the name on its way, or a day on which it is not in effect."""
    demand(principal, "policy.deploy")
    reason = _reason(reason)
    if stage not in STAGES:
        raise Invalid(f"stage 应为 {'、'.join(STAGES)} 之一", field="stage")
    if stage == "share" and (type(percent) is not int or not 1 <= percent <= 99):
        raise Invalid("灰度比例应为 1 到 99 的整数", field="percent")
    if stage != "share" and percent is not None:
        raise Invalid("只有灰度(share)才写比例", field="percent")
    hold_head(tx)
    kept = version_of(tx, id)
    _unchanged(kept, revision)
    if principal.actor in kept.authors:
        raise Forbidden("编写和发布须由不同的人进行:你是这个版本的作者,请由其他有发布权限的人发布。")
    if kept.state not in _FROM[stage]:
        steps = " → ".join(TITLES[state] for state in ("draft", "tried", *STAGES))
        raise Conflict(f"{id} 现在是“{TITLES[kept.state]}”,不能直接到“{TITLES[stage]}”。顺序为:{steps}。")
    others = policies.versions(tx, name=kept.name, states=("shadow", "share", "live"))
    on_its_way = next((one for one in others if one.id != id and one.state != "live"), None)
    if on_its_way is not None:
        raise Conflict(f"{on_its_way.id} 正在“{TITLES[on_its_way.state]}”,请先把它停用或发布完。")
    if stage != "shadow":
        _in_effect(tx, kept)
    live = next((one for one in others if one.state == "live"), None) if stage == "live" else None
    body = {"stage": stage, "percent": {"shadow": 0, "live": 100}.get(stage, percent), "reason": reason,
            "digest": kept.digest, **({"replaces": live.id} if live is not None else {})}  # fmt: skip
    append(tx, Event("policy.deployed", id, body, principal.actor))
    return version_of(tx, id)


def retire(tx: Tx, principal: Principal, id: str, *, revision: int, reason: str) -> PolicyVersion:
    """Stop a version for good, whatever its state. When it was live nothing takes its place: what is not clean then
    goes to people."""
    demand(principal, "policy.deploy")
    reason = _reason(reason)
    hold_head(tx)
    kept = version_of(tx, id)
    _unchanged(kept, revision)
    if kept.state == "retired":
        raise Conflict(f"{id} 已经停用。")
    append(tx, Event("policy.retired", id, {"reason": reason}, principal.actor))
    return version_of(tx, id)


def rollback(tx: Tx, principal: Principal, name: str, *, revision: int, reason: str) -> PolicyVersion:
    """The former live version is live again, in one step; ``revision`` is that of the version that is live now. Who
    wrote the former one may do it: somebody else put it live before."""
    demand(principal, "policy.deploy")
    reason = _reason(reason)
    hold_head(tx)
    found = policies.versions(tx, name=name)
    if not found:
        raise NotFound(f"没有策略“{name}”")
    live = next((one for one in found if one.state == "live"), None)
    if live is None:
        raise Conflict(f"“{name}”现在没有生效的版本,无可回退。")
    _unchanged(live, revision)
    former = former_of(found, live)
    if former is None:
        raise Conflict(f"“{name}”没有可回退的旧版本。")
    _in_effect(tx, former)
    body = {"stage": "live", "percent": 100, "reason": reason, "digest": former.digest, "replaces": live.id}
    append(tx, Event("policy.restored", former.id, body, principal.actor))
    return version_of(tx, former.id)


def former_of(found: list[PolicyVersion], live: PolicyVersion) -> PolicyVersion | None:
    """What ``rollback`` goes back to: of the versions that were live and not rolled back, the last before it."""
    lived = [one for one in found if one.lived_seq is not None and not one.rolled_back and one.id != live.id]
    before = [one for one in lived if (one.lived_seq or 0) < (live.lived_seq or 0)]
    return max(before, key=lambda one: one.lived_seq or 0, default=None)


def version_of(tx: Tx, id: str) -> PolicyVersion:
    """The version, or NotFound."""
    kept = policies.version_by_id(tx, id)
    if kept is None:
        raise NotFound(f"没有策略 {id}")
    return kept


def _unchanged(kept: PolicyVersion, revision: int | None) -> None:
    if kept.revision != revision:
        raise Conflict(f"{kept.id} 已被他人改动(现在是“{TITLES[kept.state]}”),请刷新后再试。", field="revision")


def _in_effect(tx: Tx, kept: PolicyVersion) -> None:
    body = contents.get(tx, kept.digest)
    if body is None:
        raise Conflict(f"{kept.id} 的原文已不在。")
    policy, today = parse_policy(body.decode(), kept.id), day(tx.now)
    if not policy.in_effect(today):
        until = policy.until or "长期"
        raise Conflict(f"{kept.id} 的有效期是 {policy.since} 至 {until},今天 {today} 不在其中。", field="from")


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not 0 < len(reason) <= _MOST_REASON:
        raise Invalid(f"须写明理由,不超过 {_MOST_REASON} 字", field="reason")
    return reason
