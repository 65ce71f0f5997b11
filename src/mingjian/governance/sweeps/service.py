"""What people may do with a sweep: plan it, begin the dry run, look at samples, begin a stage, pause, resume, stop,
undo. The caller opens the transaction; permissions are asked here. The work itself is done by ``driving``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mingjian.desk.people.model import Principal, house
from mingjian.desk.people.permissions import demand
from mingjian.governance.decisions.law import basis_in_force
from mingjian.governance.policies.states import version_of
from mingjian.governance.sweeps.plan import ROWS, Plan
from mingjian.governance.sweeps.sources import Manifest
from mingjian.governance.sweeps.stages import DEFAULT, read_stages
from mingjian.records.clock import day
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.journal.append import append, append_all
from mingjian.records.journal.model import Event
from mingjian.records.policies.model import PolicyVersion
from mingjian.records.storage import contents, policies
from mingjian.records.storage import sweeps as stored
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head
from mingjian.records.sweeps.model import ANSWERS, WORKING, Sample, Sweep

RUNNER = house("sweeps")
BINDS = ("live",)  # where a policy may act on everything
_LISTED = 500  # pieces in one event
_MOST_ROWS = 1 << 17
_MOST_TEXT = 2000


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants swept. ``source`` is that of ``sources.open_source``; the rest as in ``Plan``."""

    policy: str
    source: Mapping[str, str]
    name: str
    reason: str
    stages: Sequence[str] = DEFAULT
    origin: str = "archive"
    rows: int = ROWS
    measures: Mapping[str, str] = field(default_factory=dict)
    least: int = 0
    most_wrong: int = 100
    as_of: str | None = None


def plan(tx: Tx, principal: Principal, wish: Wish, manifest: Manifest, rulebook: str) -> Sweep:
    """Freeze a sweep. ``manifest`` is that of the wish's source (it takes long, so the caller made it before the
    store is held); ``rulebook`` the engine's. NotFound: no such policy; Invalid: what cannot be."""
    demand(principal, "sweep.manage")
    kept = _policy(tx, wish.policy)
    body = contents.get(tx, kept.digest)
    if body is None:
        raise Conflict(f"{kept.id} 的原文已不在。")
    stages = read_stages(wish.stages)
    states = policies.rule_states(tx, ("shadow", "suspended"))
    made = Plan(
        policy=kept.id, text=body.decode(), rulebook=rulebook, as_of=wish.as_of or day(tx.now).isoformat(),
        source=dict(wish.source), origin=_line(wish.origin, "origin", 64), stages=tuple(one.text for one in stages),
        rows=wish.rows, held=tuple(sorted(one.subject for one in states if one.state == "suspended")),
        shadowed=tuple(sorted(one.subject for one in states if one.state == "shadow")),
        measures=dict(wish.measures), least=wish.least, most_wrong=wish.most_wrong,
    )  # fmt: skip
    _check(made, manifest)
    name, reason = _line(wish.name, "name", 200), _line(wish.reason, "reason", _MOST_TEXT)
    plan_digest, manifest_digest = contents.put(tx, [made.body(), manifest.body()])
    id = tx.new_id("swp")
    told = {"name": name, "policy": made.policy, "rulebook": rulebook, "as_of": made.as_of, "plan": plan_digest,
            "manifest": manifest_digest, "source_kind": made.source["kind"], "source": manifest.name[:200],
            "rows": manifest.rows,
            "chunks": len(manifest.pieces), "stages": list(made.stages), "reason": reason}  # fmt: skip
    rows = [[one.file, one.first, one.rows, one.mark] for one in manifest.pieces]
    listed = [Event("sweep.listed", id, {"first": at, "pieces": rows[at : at + _LISTED]}, principal.actor)
              for at in range(0, len(rows), _LISTED)]  # fmt: skip
    append_all(tx, [Event("sweep.planned", id, told, principal.actor), *listed])
    return sweep_of(tx, id)


def _policy(tx: Tx, named: str) -> PolicyVersion:
    """By name@version, or by name the version that binds now."""
    if "@" in named:
        return version_of(tx, named)
    found = [one for one in policies.versions(tx, name=named) if one.state in BINDS]
    if not found:
        raise NotFound(f"没有生效的策略 {named}。可写成 名称@版本,如 content@1。")
    return max(found, key=lambda one: one.version)


def _check(made: Plan, manifest: Manifest) -> None:
    wrong: list[tuple[str, str]] = []
    if not manifest.rows:
        wrong.append(("source", "来源里没有内容"))
    if not 0 < made.rows <= _MOST_ROWS:
        wrong.append(("rows", f"每块应为 1 至 {_MOST_ROWS} 行"))
    if not 0 <= made.least <= 100 or not 0 <= made.most_wrong <= 1000:
        wrong.append(("least", "抽样审看数应为 0 至 100,容许错误率应为 0 至 1000(千分之)"))
    try:
        _ = made.day
    except ValueError:
        wrong.append(("as_of", f"“{made.as_of[:20]}”不是日期"))
    clauses = {one.name for one in made.read.clauses}
    book = basis_in_force().book
    for clause, measure in made.measures.items():
        if clause not in clauses:
            wrong.append(("measures", f"{made.policy} 没有条款“{clause}”,有:{'、'.join(sorted(clauses))}"))
        if measure not in book.measures or measure in ("pass", "suspend"):
            wrong.append(("measures", f"“{measure}”不是能批量作出的处置"))
    if wrong:
        raise Invalid("回查计划有误:" + ";".join(text for _, text in wrong), field=wrong[0][0])


def sweep_of(tx: Tx, id: str) -> Sweep:
    """The sweep, or NotFound."""
    found = stored.sweep_by_id(tx, id)
    if found is None:
        raise NotFound(f"没有这次回查:{id}")
    return found


def plan_of(tx: Tx, sweep: Sweep) -> Plan:
    """What was frozen. Conflict when its content is gone."""
    body = contents.get(tx, sweep.plan)
    if body is None:
        raise Conflict(f"回查 {sweep.id} 的计划原文已不在。")
    return Plan.from_body(body)


def get_sweep(tx: Tx, principal: Principal, id: str) -> Sweep:
    """For who may see sweeps."""
    demand(principal, "sweep.read")
    return sweep_of(tx, id)


def begin(tx: Tx, principal: Principal, id: str) -> Sweep:
    """Let the dry run begin. Safe to ask twice."""
    demand(principal, "sweep.manage")
    found = _held(tx, id)
    if found.state == "planned":
        append(tx, Event("sweep.trying", id, {}, principal.actor))
    elif found.state != "trying":
        raise Conflict("试运行已经做过了,不能重做;要重新判定请新建一次回查")
    return sweep_of(tx, id)


def start_stage(tx: Tx, principal: Principal, id: str) -> Sweep:
    """Let the next stage begin. The policy must bind; who planned the sweep does not begin its first stage; where a
    person's own measures are taken, ``decision.serious``; the samples asked for must have been looked at."""
    demand(principal, "sweep.manage")
    found = _held(tx, id)
    if found.state == "running":
        return found
    if found.state not in ("tried", "staged"):
        raise Conflict("现在不能开始下一阶段:先做完试运行,或先恢复暂停的回查")
    frozen = plan_of(tx, found)
    if frozen.measures:
        demand(principal, "decision.serious")
    if found.state == "tried" and principal.kind == "user" and principal.actor == found.made_by:
        raise Forbidden("建立回查的人不能自己开始执行,请由他人复核后开始。")
    kept = version_of(tx, found.policy)
    if kept.state not in BINDS:
        raise Conflict(f"{found.policy} 没有生效(现在是 {kept.state}),只能试运行。请先按程序让它生效。")
    _reviewed(tx, found, frozen)
    append(tx, Event("sweep.started", id, {"stage": found.stage + 1}, principal.actor))
    return sweep_of(tx, id)


def _reviewed(tx: Tx, found: Sweep, frozen: Plan) -> None:
    for (clause, word), said in stored.answers(tx, found.id).items():
        if word == "pass":
            continue
        seen = sum(number for answer, number in said.items() if answer != "none")
        wanted = min(frozen.least, seen + said.get("none", 0))
        if seen < wanted:
            raise Conflict(f"条款“{clause}”的样本还须再看 {wanted - seen} 条,才能开始执行")
        if frozen.least and said.get("wrong", 0) * 1000 > frozen.most_wrong * max(1, seen):
            raise Conflict(f"条款“{clause}”的样本有 {said['wrong']} / {seen} 条判错,"
                           f"超过容许的 {frozen.most_wrong / 10:g}%。"
                           "请改策略后新建一次回查。")  # fmt: skip


def pause(tx: Tx, principal: Principal, id: str, reason: str) -> Sweep:
    """Halt after what is being done this moment."""
    demand(principal, "sweep.manage")
    found = _held(tx, id)
    if found.state == "paused":
        return found
    if found.state not in WORKING:
        raise Conflict("现在没有在进行,不必暂停")
    append(tx, Event("sweep.paused", id, {"reason": _line(reason, "reason", _MOST_TEXT)}, principal.actor))
    return sweep_of(tx, id)


def resume(tx: Tx, principal: Principal, id: str) -> Sweep:
    """Go on where it was."""
    demand(principal, "sweep.manage")
    found = _held(tx, id)
    if found.state in WORKING:
        return found
    if found.state != "paused":
        raise Conflict("没有暂停,不必恢复")
    append(tx, Event("sweep.resumed", id, {}, principal.actor))
    return sweep_of(tx, id)


def stop(tx: Tx, principal: Principal, id: str, reason: str) -> Sweep:
    """End it for good: nothing more is judged or done. What was done stands until it is undone."""
    demand(principal, "sweep.manage")
    found = _held(tx, id)
    if found.state == "stopped":
        return found
    if found.state in ("done", "undoing", "undone") or found.resumes == "undoing":
        raise Conflict("已经做完或正在撤销,不能停止")
    append(tx, Event("sweep.stopped", id, {"reason": _line(reason, "reason", _MOST_TEXT)}, principal.actor))
    return sweep_of(tx, id)


def undo(tx: Tx, principal: Principal, id: str, reason: str) -> Sweep:
    """Take back everything it did, as far as it still stands, from the first piece to the last."""
    demand(principal, "sweep.manage")
    demand(principal, "decision.reverse")
    found = _held(tx, id)
    if found.state in ("undoing", "undone"):
        return found
    if not found.taken:
        raise Conflict("还没有处置过任何内容,没有可撤销的;可以停止回查")
    append(tx, Event("sweep.undoing", id, {"reason": _line(reason, "reason", _MOST_TEXT)}, principal.actor))
    return sweep_of(tx, id)


def answer(tx: Tx, principal: Principal, id: str, number: int, said: str | None, note: str = "") -> Sample:
    """Say of a sample whether its outcome is right; None takes the answer back."""
    demand(principal, "sweep.read")
    demand(principal, "case.review")
    found = _held(tx, id)
    if said is not None and said not in ANSWERS:
        raise Invalid(f"应为:{'、'.join(ANSWERS)}", field="answer")
    if len(note) > _MOST_TEXT:
        raise Invalid(f"备注最多 {_MOST_TEXT} 字", field="note")
    if stored.sample(tx, id, number) is None:
        raise NotFound(f"回查 {id} 没有第 {number} 个样本")
    if found.stage >= 0:
        raise Conflict("已经开始执行,样本的判断不能再改")
    body: dict[str, Any] = {"number": number, "answer": said, "note": note.strip() if said is not None else ""}
    append(tx, Event("sweep.reviewed", id, body, principal.actor))
    made = stored.sample(tx, id, number)
    assert made is not None
    return made


def _held(tx: Tx, id: str) -> Sweep:
    hold_head(tx)
    return sweep_of(tx, id)


def _line(text: str, field: str, most: int) -> str:
    text = text.strip()
    if not 0 < len(text) <= most:
        raise Invalid(f"{field} 不能为空,最多 {most} 字", field=field)
    return text
