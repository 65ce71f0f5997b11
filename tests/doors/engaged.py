"""Alarms about engagement of every state, and a load, for tests that go over every route."""

from __future__ import annotations

from mingjian.doors.desk.opening import Desk
from mingjian.governance.engagement import service
from mingjian.governance.engagement.loads import receive
from mingjian.records.canonical import canonical
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.people.model import User
from mingjian.records.storage import contents
from mingjian.records.storage.database import Tx

MORNING = 1_772_413_200  # of 2026-03-02, in seconds


def raised(tx: Tx, load: str, actors: list[str], items: list[str], publishers: list[str]) -> str:
    """An alarm as the duty raises it; its id."""
    told = {
        "kinds": ["lockstep", "bursts"], "actors": actors, "per_actor": [len(items)] * len(actors),
        "items": items, "per_item": [len(actors)] * len(items), "publishers": publishers,
        "actions": {"like": len(actors) * len(items)}, "events": len(actors) * len(items),
        "since": MORNING * 1_000_000, "until": (MORNING + 7200) * 1_000_000, "chance": 0.01, "by_times": 0.01,
        "by_ages": None, "figures": {"devices": 2}, "step": 3600,
        "methods": [{"kind": "lockstep", "score": 9.5, "expected": 0.0, "rounds": 5, "share": 0.0,
                     "figures": {"action": "any", "actors": len(actors), "window_minutes": 60}},
                    {"kind": "bursts", "score": 5.0, "expected": 0.2, "rounds": 5, "share": 0.1,
                     "figures": {"action": "like", "new_share": 0.9, "new_usual": 0.1}}],
        "days": [[publisher, 20_514, 3, 9] for publisher in publishers],
        "timeline": [[MORNING + 3600 * step, step, 2] for step in range(3)],
        "samples": [[items[0], 3]],
        "heat": [[place, 7, 2] for place in range(len(items))],
    }  # fmt: skip
    (content,) = contents.put(tx, [canonical(told)])
    body = {"load": load, "content": content, "actors": len(actors), "items": len(items), "chance": 10_000,
            **{name: told[name] for name in ("kinds", "events", "since", "until")}}  # fmt: skip
    id = tx.new_id("ega")
    append(tx, Event("engagement.alarm", id, body, "duty:engagement"))
    return id


def engagement(desk: Desk, users: dict[str, User], hostile: str) -> dict[str, str]:
    """Their ids by what routes call them; every text that others may write is ``hostile``."""
    lead = users["zuzhang"].principal()
    short = hostile[:180]
    with desk.database.write() as tx:
        load = receive(tx, users["admin"].principal() if "admin" in users else lead, "ef" * 32, 9, ".jsonl").id
        append(tx, Event("engagement.failed", load, {"reason": short}, "duty:engagement"))
        ids = [raised(tx, load, [f"{number}{short}" for number in range(40)], [f"n{short}"], [short])
               for _ in range(2)]  # fmt: skip
        service.dismiss(tx, lead, ids[1], hostile)
    return {"engagement_load": load, "engagement_alarm": ids[0], "dismissed_alarm": ids[1]}
