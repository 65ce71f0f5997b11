"""Rings on the whole application's desk, with words in them that would run if a page did not escape."""

from __future__ import annotations

from mingjian.doors.desk.opening import Desk
from mingjian.governance.rings import acting, service
from mingjian.governance.rings.find import find_rings
from mingjian.governance.rings.gathering import Gathering
from mingjian.records.journal.append import append
from mingjian.records.people.model import User

DAY = 86_400_000_000


def rings(desk: Desk, users: dict[str, User], item: str, hostile: str) -> dict[str, str]:
    """Their ids by what routes call them: one that was acted on, one that was dismissed."""
    lead = users["zuzhang"].principal()
    made = {}
    with desk.database.write() as tx:
        for name, first in (("ring", item), ("dismissed_ring", "itm_none")):
            gathered = Gathering()
            for case in range(4):
                posts = [first if case == 0 else f"itm_{name}{case}"] + [f"itm_{name}{case}{n}" for n in range(2)]
                for place, post in enumerate(posts):
                    who = f"{name}-{place} {hostile}"[:190]
                    gathered.post(post, who, tx.now - (9 - case) * DAY + place, hostile[:190], "person")
                    gathered.mark(who, "device", hostile[:60])
                for post in posts[1:]:
                    gathered.likeness(post, posts[0], "picture", 1.0)
            (told,) = find_rings(gathered.evidence())
            made[name] = tx.new_id("rng")
            append(tx, service.found_event(tx, made[name], told, "duty:rings"))
        service.dismiss(tx, lead, made["dismissed_ring"], hostile)
        work = acting.act(tx, lead, made["ring"], "suspend", hostile, cites=["广告法16.1.1"], right="posting", days=3)
        acting.undo(tx, lead, work.id, hostile)
        made["ring_work"] = work.id
    return made
