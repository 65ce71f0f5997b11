"""The pages of live rooms: the wall, one room, incidents, acts, code words; and everything operators do there."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from mingjian.desk.people.model import house
from mingjian.governance.live import acting, rooms
from mingjian.records.storage import actions, live_incidents, live_looking, live_words
from tests.doors import live_made
from tests.doors.console.browsing import Visitor
from tests.doors.console.governed import govern
from tests.doors.console.seeded import PHONE, Seeded

Come = Callable[[str | None], Visitor]
ROOM = "/live/rooms/room-1"


@pytest.fixture
def incident(full: Seeded) -> str:
    """A room that is watched, with an incident; its id."""
    room = live_made.room(full.desk)
    live_made.watched(full.desk, room)
    return live_made.raised(full.desk, room).incident.id


def acts(full: Seeded, incident: str) -> dict[str, list[str]]:
    """States of acts by measure."""
    found: dict[str, list[str]] = {}
    with full.desk.database.read() as tx:
        for act in live_incidents.acts_of_incident(tx, incident):
            found.setdefault(act.measure, []).append(act.state)
    return found


def test_an_empty_wall_says_what_to_do(visit: Come) -> None:
    chen = visit("chen")
    assert "没有这样的直播间" in chen.get("/live").text and "没有待看的暗语" in chen.get("/live/words").text
    assert "没有这样的线索" in chen.get("/live/incidents").text and "没有这样的处置" in chen.get("/live/acts").text
    assert chen.get("/live/next").headers["location"] == "/live"
    assert visit("author").get("/live").status_code == 403


def test_the_wall_shows_the_riskiest_first_and_filters_by_address(full: Seeded, visit: Come, incident: str) -> None:
    live_made.room(full.desk, "room-2", "科普课堂")
    chen = visit("chen")
    page = chen.get("/live").text
    assert page.index("护肤好物专场") < page.index("科普课堂") and "水光针" in page and "没有进程在看" in page
    assert "科普课堂" not in chen.get("/live?only=incident").text and "科普课堂" not in chen.get("/live?only=gap").text
    assert "护肤好物专场" not in chen.get("/live?platform=weibo").text
    assert (
        "护肤好物专场" not in chen.get("/live?state=closed").text and "护肤好物专场" in chen.get("/live?state=all").text
    )
    for wrong in ("state=x", "only=x", "page=0", "page=x"):
        assert chen.get(f"/live?{wrong}").status_code == 422
    assert "<html" not in chen.get("/live/wall").text


def test_a_room_shows_words_gaps_frames_and_who_looks(full: Seeded, visit: Come, incident: str) -> None:
    lead, chen = visit("lead"), visit("chen")
    page = lead.get(ROOM).text
    assert '<mark class="name" title="点名:水光针">水光针</mark>' in page
    assert "评论源断开" in page and "000000004000.jpg" in page and "时间线" in page
    assert PHONE not in page and "138****5678" in page, "personal data is covered"
    assert "林组长" not in re.search(r'class="looking".*?</span>', page + 'class="looking"</span>')[0]  # type: ignore[index]
    assert "林组长" in chen.get(f"{ROOM}/parts/head").text, "others are told who looks"
    assert "看背景板上的项目" in chen.get(f"{ROOM}/parts/said").text and chen.get(f"{ROOM}/parts/x").status_code == 404
    assert chen.get("/live/rooms/none").status_code == 404 and chen.get(f"{ROOM}?session=x").status_code == 422


def test_a_reviewer_who_may_only_look_sees_no_keys(full: Seeded, visit: Come, incident: str) -> None:
    govern(full)
    officer = visit("appeal_officer")
    page = officer.get(ROOM).text
    assert 'data-key="w"' not in page and "warn-dialog" not in page
    answer = officer.post(f"/live/incidents/{incident}/act", {"measure": "warn", "reason": "x"})
    assert answer.status_code == 403 and "林组长" not in page and "护肤好物专场" in page


def test_recordings_and_frames_are_found_by_room_time(full: Seeded, visit: Come, incident: str) -> None:
    chen = visit("chen")
    found = chen.get(f"{ROOM}/replay?from=3&to=5").json()
    assert [one["at"] for one in found["frames"]] == [4.0] and found["segments"] == []
    frame = chen.get(found["frames"][0]["address"])
    assert frame.headers["content-type"] == "image/jpeg" and frame.content == live_made.jpeg(4000)
    assert chen.get(f"{ROOM}/picture").content == live_made.jpeg(0)
    for wrong in ("from=x&to=5", "from=5&to=3", "from=0&to=9999", "to=5"):
        assert chen.get(f"{ROOM}/replay?{wrong}").status_code == 422
    for name in ("../../lock", "..%2F..%2Flock", "000000009999.jpg", "4000.txt"):
        assert chen.get(f"{ROOM}/sessions/1/frames/{name}").status_code == 404
        assert chen.get(f"{ROOM}/sessions/1/segments/{name}").status_code == 404


def test_interrupt_from_an_incident_and_take_it_back(full: Seeded, visit: Come, incident: str) -> None:
    chen = visit("chen")
    version = re.search(r'"version": "(\d+)"', chen.get(ROOM).text.replace("&#34;", '"'))
    assert version is not None
    wish = {"measure": "interrupt", "reason": "反复推销水光针", "version": version[1], "back": ROOM}
    assert chen.post(f"/live/incidents/{incident}/act", {**wish, "measure": "ban"}).status_code == 422
    assert chen.post(f"/live/incidents/{incident}/act", {**wish, "reason": ""}).status_code == 422
    done = chen.post(f"/live/incidents/{incident}/act", wish)
    assert done.status_code == 303 and done.headers["location"] == ROOM
    assert acts(full, incident)["interrupt"] == ["failed"], "nobody subscribed to the order: told at once"
    again = visit("zhou").post(f"/live/incidents/{incident}/act", {**wish, "measure": "mask"})
    assert again.status_code == 409, "what somebody else did meanwhile is told before acting on it"
    with full.desk.database.read() as tx:
        (act,) = [one for one in live_incidents.acts_of_incident(tx, incident) if one.measure == "interrupt"]
    assert chen.post(f"/live/acts/{act.id}/resend", {}).status_code == 303
    assert chen.post(f"/live/acts/{act.id}/lift", {"reason": ""}).status_code == 303  # the flash's undo gives none
    assert acts(full, incident)["interrupt"] == ["lifted"] and "已撤回" in chen.get(ROOM).text
    assert "lva_" not in chen.get("/live/acts?state=sent").text and chen.get("/live/acts?state=x").status_code == 422


def test_what_the_house_did_by_itself_becomes_a_decision(full: Seeded, visit: Come, incident: str) -> None:
    with full.desk.database.write() as tx:
        (act,) = live_incidents.acts_of_incident(tx, incident)
        acting.acknowledge(tx, house("live"), act.id)
    chen = visit("chen")
    page = chen.get(f"/live/incidents/{incident}").text
    assert "转为人工决定" in page and "转为人工决定" in chen.get("/live/acts").text
    version = re.search(r'"version": "(\d+)"', page.replace("&#34;", '"'))
    assert version is not None
    wish = {"reason": "核对无误", "version": version[1], "back": ROOM}
    assert chen.post(f"/live/acts/{act.id}/confirm", wish).status_code == 303
    assert "转为人工决定" not in chen.get(f"/live/incidents/{incident}").text
    with full.desk.database.read() as tx:
        (after,) = live_incidents.acts_of_incident(tx, incident)
        decision = actions.decisions_by_id(tx, [after.decision or ""])[after.decision or ""]
    assert (after.state, decision.automatic, decision.state) == ("acknowledged", False, "in_force")


def test_dismiss_and_reinstate(full: Seeded, visit: Come, incident: str) -> None:
    chen = visit("chen")
    assert chen.get("/live/next").headers["location"] == f"{ROOM}?incident={incident}", "its warning failed: it waits"
    assert chen.post(f"/live/incidents/{incident}/dismiss", {"reason": ""}).status_code == 422
    assert chen.post(f"/live/incidents/{incident}/dismiss", {"reason": "只是科普"}).status_code == 303
    page = chen.get(f"/live/incidents/{incident}").text
    assert "只是科普" in page and "恢复" in page and set(acts(full, incident)["warn"]) == {"lifted"}
    assert chen.get("/live/next").headers["location"] == "/live"
    assert incident in chen.get("/live/incidents?state=dismissed").text
    assert chen.post(f"/live/incidents/{incident}/reinstate", {"reason": ""}).status_code == 303
    assert incident in chen.get("/live/incidents?state=open&severity=high").text


def test_an_operator_acts_on_what_the_judge_did_not_see(full: Seeded, visit: Come) -> None:
    live_made.room(full.desk)
    chen = visit("chen")
    wish = {"measure": "warn", "reason": "口头暗示价格"}
    assert chen.post(f"{ROOM}/act", {**wish, "cites": "没有的法"}).status_code == 422
    assert chen.post(f"{ROOM}/act", {**wish, "cites": "cn.advertising-law/14.1"}).status_code == 303
    page = chen.get(ROOM).text
    assert "人工提出" in page and "口头暗示价格" in page


def test_evidence_stands_side_by_side_with_the_law(visit: Come, incident: str) -> None:
    page = visit("chen").get(f"/live/incidents/{incident}").text
    for words in ("各通道的证据", "话术", "画面文字", "留证", "处置与撤回", "告诉主播", "DY-live", "依据", "告知书"):
        assert words in page
    assert visit("chen").get(f"/live/incidents/{incident}/files/{'0' * 64}").status_code == 404


def test_words_are_accepted_declined_and_taken_back(full: Seeded, visit: Come) -> None:
    id = live_made.word(full.desk, live_made.room(full.desk))
    lead, chen = visit("lead"), visit("chen")
    page = chen.get("/live/words").text
    assert "嘭嘭机" in page and "accept-dialog" not in page, "a reviewer may look"
    assert chen.post(f"/live/words/{id}/accept", {"reason": "x"}).status_code == 403
    state = {"accept": "accepted", "reopen": "proposed", "decline": "declined"}
    for what in ("accept", "reopen", "decline", "reopen"):
        assert lead.post(f"/live/words/{id}/{what}", {"reason": "核对过"}).status_code == 303
        with full.desk.database.read() as tx:
            word = live_words.word_by_id(tx, id)
        assert word is not None and word.state == state[what]
    assert chen.get("/live/words?state=x").status_code == 422


def test_a_room_is_no_longer_watched_and_watched_again(full: Seeded, visit: Come) -> None:
    live_made.room(full.desk)
    lead = visit("lead")
    assert lead.post(f"{ROOM}/close", {"reason": "直播已结束"}).status_code == 303
    assert "已关闭" in lead.get(ROOM).text and "护肤好物专场" not in lead.get("/live").text
    assert lead.post(f"{ROOM}/open").status_code == 303
    with full.desk.database.read() as tx:
        assert rooms.the(tx, "room-1").session == 2
    assert "护肤好物专场" in lead.get("/live").text and lead.get(f"{ROOM}?session=1").status_code == 200


def test_changes_are_told_as_events_and_by_asking(full: Seeded, visit: Come, incident: str) -> None:
    chen = visit("chen")
    told = chen.get("/live/changes?room=room-1&lasts=0")
    assert told.headers["content-type"].startswith("text/event-stream") and "retry: " in told.text
    before = chen.get("/live/mark?room=room-1").json()["mark"]
    with full.desk.database.read() as tx:
        assert live_looking.lookers(tx, ["room-1"])["room-1"] == [f"user:{full.users['chen']}"]
    chen.post(f"/live/incidents/{incident}/dismiss", {"reason": "只是科普"})
    assert visit("chen").get("/live/mark?room=room-1").json()["mark"] != before
    assert visit(None).get("/live/changes").status_code == 303


def test_merchants_are_joined_over_rooms(full: Seeded, visit: Come) -> None:
    chen = visit("chen")
    assert "没有商家被点到" in chen.get("/live/merchants").text
    for name in ("room-1", "room-2"):
        live_made.raised(full.desk, live_made.room(full.desk, name), "card:1", (3, 6))
    page = chen.get("/live/merchants").text
    assert "shop-1" in page and "水光针" in page and page.count("/live/incidents?merchant=shop-1") == 2
    assert chen.get("/live/incidents?merchant=shop-1").text.count("data-row") == 2
    assert chen.get("/live/incidents?merchant=shop-2").text.count("data-row") == 0
