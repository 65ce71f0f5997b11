"""One thing of every kind that a route may ask for, each with words in it that would run if a page did not escape."""

from __future__ import annotations

import io
from typing import Any

from mingjian.clinic.publication import service as publication
from mingjian.clinic.publication.model import DraftFilter, DraftInput, File
from mingjian.desk.cases import service as cases
from mingjian.desk.cases.model import Case, CaseRequest, ReviewInput
from mingjian.desk.people import service as people
from mingjian.desk.people.accesses import log_access
from mingjian.desk.people.keys import issue_key
from mingjian.desk.people.model import Principal, house
from mingjian.desk.quality.golden import add_golden
from mingjian.desk.webhooks import service as webhooks
from mingjian.doors.desk.opening import Desk
from mingjian.governance.appeals import service as appeals
from mingjian.governance.appeals.token import make_token
from mingjian.governance.decisions import service as decisions
from mingjian.governance.policies import service as policies
from mingjian.records.blobs import Blobs
from mingjian.records.items.model import Media, Submission
from mingjian.records.people.model import User
from mingjian.records.search.service import index_items
from mingjian.records.storage import people as accounts
from mingjian.records.storage.database import Tx
from mingjian.records.storage.views import save_view
from tests.doors.accredited import accreditations
from tests.doors.console.seeded import poster
from tests.doors.engaged import engagement
from tests.doors.live_made import things as live
from tests.doors.patrolled import patrols
from tests.doors.ranked import rankings
from tests.doors.registry_things import registry
from tests.doors.ringed import rings
from tests.doors.swept import sweeps

HOSTILE = '"\'><script>window.owned=1</script><img src=x onerror="window.owned=1"><svg/onload=window.owned=1>{{7*7}}'
SHORT = "<img src=x onerror=owned()>"  # where few characters are allowed
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="window.owned=1"><script>window.owned=1</script></svg>'
POLICY = """name: hostile
version: 1
title: '{title}'
title_en: '{title}'
from: 2026-01-01
order: 900
clauses:
  - name: all
    title: '{title}'
    then: {{queue: auto}}
    reason: '{title}'
"""


def add(desk: Desk) -> dict[str, str]:
    """Add them to a store with the demonstration's people in it; their names by what routes call them."""
    with desk.database.read() as tx:
        users = {user.login: user for user in accounts.all_users(tx)}
    found = _items(desk) | _accounts(desk, users)
    found |= (
        _decided(desk, users, found["item"])
        | _drafts(desk, users, found["picture"])
        | _policy(desk, users["celue"].principal())
        | rankings(desk, users, found["picture"])
        | registry(desk, HOSTILE, found["picture"])
        | patrols(desk, users, HOSTILE)
        | engagement(desk, users, HOSTILE)
        | accreditations(desk, users, HOSTILE, found["picture"])
        | rings(desk, users, found["item"], HOSTILE)
        | sweeps(desk, HOSTILE)
        | live(desk, HOSTILE)
    )
    with desk.database.write() as tx:
        lead, inspector = users["zuzhang"].principal(), users["zhijian"].principal()
        request = CaseRequest("item", found["other"], {"platform": SHORT}, "golden", "content", HOSTILE)
        found["golden"] = add_golden(tx, inspector, request, ("pass",)).id
        found["view"] = save_view(tx, lead.actor, "queues", SHORT, "/queues/content?x=" + HOSTILE, shared=True).id
        while index_items(tx):
            pass
    return found


def _items(desk: Desk) -> dict[str, str]:
    blobs = Blobs(desk.settings.blobs)
    names = ((f"{SHORT}.png", poster()), (f"{SHORT}.svg", SVG), ("page.html", f"<!doctype html>{HOSTILE}".encode()))
    files = []
    for name, content in names:
        digest, size = blobs.put(io.BytesIO(content), 1 << 20)
        files.append(Media(digest, name, "picture" if name.endswith("png") else "document", size))
    told: dict[str, Any] = {
        "id": f"1{SHORT}", "channel": "public", "url": "javascript:window.owned=1",
        "publisher": {"id": HOSTILE, "kind": "institution", "name": HOSTILE},
        "parts": [{"role": "title", "text": HOSTILE}, {"role": "body", "text": f"{HOSTILE}永不反弹{HOSTILE}"}],
        "facts": {"licence_number": HOSTILE},
    }  # fmt: skip
    other = told | {"id": "2", "parts": [{"role": "title", "text": HOSTILE}]}
    judged = desk.screening.check_now([Submission(told, "platform", tuple(files)), Submission(other, "platform")],
                                      "key:key_none")  # fmt: skip
    item, second = (taken.item for taken, _ in judged)
    return {"item": item.id, "other": second.id, "picture": files[0].digest, "svg": files[1].digest,
            "html": files[2].digest, "publisher": HOSTILE}  # fmt: skip


def _accounts(desk: Desk, users: dict[str, User]) -> dict[str, str]:
    admin = users["admin"].principal()
    with desk.database.write() as tx:
        victim = people.create_user(tx, admin, "victim", SHORT, (), department=SHORT)
        key, _ = issue_key(tx, admin, SHORT, ["item.check"])
        hook = webhooks.register(tx, admin, "https://example.com/<script>owned()</script>", ["item.judged"], SHORT)
        log_access(tx, admin, "item.read", f"itm_{SHORT}", ["phone"])
    return {"user": victim.id, "key": key.id, "webhook": hook.id, "second": users["shenhe2"].id}


def _open(tx: Tx, item: str) -> Case:
    request = CaseRequest("item", item, {"publisher": HOSTILE, "platform": SHORT}, "manual", "content", HOSTILE)
    return cases.open_cases(tx, house("policies"), [request])[0]


def _decided(desk: Desk, users: dict[str, User], item: str) -> dict[str, str]:
    """Two decisions, one of them appealed against, and two cases that are open."""
    found: dict[str, str] = {}
    reviewer, lead = users["shenhe1"].principal(), users["zuzhang"].principal()
    for name in ("decision", "fresh"):
        with desk.database.write() as tx:
            case = cases.take_case(tx, reviewer, _open(tx, item).id)
        with desk.database.write() as tx:
            answer = ReviewInput(case.id, case.version, "take_down", ("effect",), note=HOSTILE)
            made = decisions.review_case(tx, reviewer, answer).decision
        assert made is not None
        found[name] = made.id
        if name == "decision":
            with desk.database.write() as tx:
                found["appeal"] = appeals.lodge(tx, lead, made.id, HOSTILE).id
    with desk.database.write() as tx:
        action = decisions.get_decision(tx, lead, found["fresh"]).actions[0]
        found |= {"action": action.id, "case": _open(tx, item).id, "token": make_token(desk.secret, found["fresh"])}
        actor = CaseRequest("actor", HOSTILE, {"publisher": HOSTILE}, "manual", "onboarding", HOSTILE)
        found["actor_case"] = cases.open_cases(tx, house("policies"), [actor])[0].id
    return found


def _drafts(desk: Desk, users: dict[str, User], picture: str) -> dict[str, str]:
    """One being written, one before the head of the department, one sealed."""
    author, head = users["zhuangao"].principal(), users["zhuren"].principal()
    given = DraftInput(HOSTILE, f"{HOSTILE}\n仅供参考,具体请遵医嘱", platform="wechat", nature="education",
                       domain="medical", publisher_kind="institution", publisher_name=SHORT,
                       media=(File(picture, f"{SHORT}.png", "picture", 100),))  # fmt: skip
    with desk.database.write() as tx:
        writing = publication.create_draft(tx, author, given, judge=desk.engine).id
        waiting = publication.create_draft(tx, author, given, judge=desk.engine).id
        publication.submit(tx, author, waiting, note=HOSTILE)
        comment = publication.comment(tx, head, waiting, HOSTILE, anchor={"part": 1, "start": 0, "end": 4})
        case = publication.get_draft(tx, head, waiting).case
        sealed = publication.list_drafts(tx, author, DraftFilter("sealed"), None, 1).items[0]
    return {"writing": writing, "draft": waiting, "comment": comment.id, "draft_case": str(case), "sealed": sealed.id}


def _policy(desk: Desk, author: Principal) -> dict[str, str]:
    with desk.database.write() as tx:
        kept = policies.draft(tx, author, POLICY.format(title=HOSTILE.replace("'", "")))
    return {"policy": kept.id}
