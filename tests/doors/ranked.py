"""Rankings on the whole desk, with words in every place that would run if a page did not escape: one edition open, one
being rated, one published and appealed against."""

from __future__ import annotations

from datetime import timedelta

from mingjian.desk.people import service as people
from mingjian.desk.people.model import Principal, house
from mingjian.desk.registry.model import Record
from mingjian.desk.registry.service import record
from mingjian.doors.desk.opening import Desk
from mingjian.governance.appeals.token import Concerned, make_token
from mingjian.governance.ranking import appealing, computing, editions, entering, publishing, rating, valuing
from mingjian.governance.ranking.editions import Wish
from mingjian.governance.ranking.entering import Nomination
from mingjian.records.clock import day
from mingjian.records.people.model import User
from mingjian.records.storage import ranking as store
from mingjian.records.storage import ranking_forms as forms
from mingjian.records.storage.database import Tx
from tests.governance.ranking.field import doctor, key, place

HOSTILE = "<img src=x onerror=window.owned=1>\"'{{7*7}}"


def rankings(desk: Desk, users: dict[str, User], picture: str) -> dict[str, str]:
    """Make them; their names by what routes call them."""
    admin, lead, expert = (users[login].principal() for login in ("admin", "zuzhang", "zhuanjia"))
    with desk.database.write() as tx:
        record(tx, house("setup"), [place(0), _doctor(1), _doctor(2)], "test")
        jury = [expert, *(_juror(tx, number) for number in range(2))]
        published = _edition(tx, admin, jury, picture)
        _rated(tx, admin, jury, published)
        publishing.review_edition(tx, lead, published, HOSTILE)
        publishing.publish(tx, lead, published)
        entrant = store.entrants_of(tx, published)[0]
        appeal = appealing.lodge(tx, Concerned(entrant.id), entrant.id, HOSTILE)
        other = store.entrants_of(tx, published)[1]
        rated = _edition(tx, admin, jury, picture)
        rating.give_out(tx, admin, rated, 1)
        form = next(one for one in forms.forms_of_edition(tx, rated) if one.rater == expert.actor)
        open_one = _edition(tx, admin, jury, picture)
    return {"published": published, "edition": open_one, "form": form.id, "entrant": entrant.id,
            "ranking_appeal": appeal.id, "entrant_token": make_token(desk.secret, other.id)}  # fmt: skip


def _doctor(number: int) -> Record:
    made = doctor(number)
    return Record({**made.entity, "name": HOSTILE, "attributes": {"level": HOSTILE}}, made.credentials, made.links)


def _juror(tx: Tx, number: int) -> Principal:
    return people.create_user(tx, house("setup"), f"juror{number}", HOSTILE, ("expert",)).principal()


def _edition(tx: Tx, admin: Principal, jury: list[Principal], picture: str) -> str:
    today = day(tx.now)
    wish = Wish("physicians", HOSTILE, HOSTILE, today - timedelta(days=9), today + timedelta(days=9), today,
                [{"user": one.id, "entity": None} for one in jury])  # fmt: skip
    edition = editions.open_edition(tx, admin, editions.draft(tx, admin, wish).id).id
    works = [{"title": f"{HOSTILE}作品", "text": f"作品{HOSTILE}", "media": [picture]}]
    stated = {"publications": {"value": 1, "evidence": HOSTILE, "on": HOSTILE}}
    entering.register(tx, admin, edition, [Nomination(key(number), works, stated) for number in (1, 2)], "staff")
    entering.examine_entrants(tx, admin, edition)
    return edition


def _rated(tx: Tx, admin: Principal, jury: list[Principal], edition: str) -> None:
    valuing.collect(tx, admin, edition)
    rating.give_out(tx, admin, edition, 1)
    for juror in jury:
        for form in rating.my_forms(tx, juror):
            plan = rating.show(tx, juror, form.id).plan
            rating.mark(tx, juror, form.id, {one.key: 5 for one in plan.rated})
            rating.submit(tx, juror, form.id)
    computing.compute_edition(tx, admin, edition, 1)
