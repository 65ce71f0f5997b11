"""Announcements: counted from the journal, sealed, published by a second person, reproducible to the subject."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from mingjian.governance.campaigns import announcing
from mingjian.governance.campaigns.wording import worded
from mingjian.governance.decisions.service import undo
from mingjian.records.campaigns.model import Announcement
from mingjian.records.errors import Conflict, Forbidden, NotFound
from mingjian.records.storage import contents
from mingjian.records.storage.campaigns import announcements
from mingjian.records.storage.contents import CONTENTS
from tests.governance.campaigns.undertaken import Undertaken, undertaken
from tests.governance.world import LEAD, LEAD2, World


def drafted(made: Undertaken) -> Announcement:
    with made.world.database.read() as tx:
        prepared = announcing.prepare(tx, LEAD, made.campaign.id, 1)
    with made.world.database.write() as tx:
        return announcing.draft(tx, LEAD, *prepared)


def test_from_the_batch_to_the_public_and_back(world: World) -> None:
    made = undertaken(world)
    with world.database.read() as tx, pytest.raises(Conflict, match="还没有结束"):
        announcing.prepare(tx, LEAD, made.campaign.id, 1)
    made.close_batch()
    draft = drafted(made)
    with world.database.write() as tx:
        with pytest.raises(NotFound):
            announcing.public(tx, draft.id)
        with pytest.raises(Forbidden, match="他人"):
            announcing.publish(tx, LEAD, draft.id, draft.seal)
        with pytest.raises(Conflict, match="指纹"):
            announcing.publish(tx, LEAD2, draft.id, "0" * 64)
        done = announcing.publish(tx, LEAD2, draft.id, draft.seal)
        assert (done.state, announcing.public(tx, draft.id)[1] is not None) == ("published", True)
        gone = announcing.withdraw(tx, LEAD, draft.id, "数字口径有误")
        found, content = announcing.public(tx, draft.id)
        assert (gone.state, found.withdrawn_why, content) == ("withdrawn", "数字口径有误", None)
        assert announcing.publish(tx, LEAD2, draft.id, draft.seal).state == "published"  # the reverse of the reverse


def test_one_announcement_of_a_batch_is_public_at_a_time(small: World) -> None:
    made = undertaken(small)
    made.close_batch()
    first, second = drafted(made), drafted(made)
    with small.database.write() as tx:
        announcing.publish(tx, LEAD2, first.id, first.seal)
        with pytest.raises(Conflict, match="已有公开"):
            announcing.publish(tx, LEAD2, second.id, second.seal)
        announcing.withdraw(tx, LEAD, first.id, "更正")
        announcing.publish(tx, LEAD2, second.id, second.seal)
        assert [one.id for one in announcements(tx, state="published")] == [second.id]


def test_every_figure_is_counted_again_whatever_happened_since(world: World) -> None:
    made = undertaken(world)
    made.close_batch()
    draft = drafted(made)
    with world.database.write() as tx:
        undo(tx, LEAD, made.decisions["direct"], "按错")
    with world.database.read() as tx:
        assert announcing.verify(tx, LEAD, draft.id) == []
        ids = announcing.listed(tx, draft, "decisions")
        content = announcing.content_of(tx, draft)
    assert ids == sorted(made.decisions.values())
    told = {one["name"]: one for one in content["figures"]}
    assert (told["swept"]["number"], told["decisions"]["number"], told["decisions"]["standing"]) == (1000, 6, 6)
    assert told["decisions"]["definition"]


def test_a_content_that_was_changed_is_not_shown(small: World) -> None:
    made = undertaken(small)
    made.close_batch()
    draft = drafted(made)
    with small.database.write() as tx:
        other = contents.put(tx, [b"{}"])[0]
        forged = tx.scalar(sa.select(CONTENTS.c.body).where(CONTENTS.c.digest == other))
        tx.run(CONTENTS.update().where(CONTENTS.c.digest == draft.seal), {"body": forged})
        with pytest.raises(Conflict, match="指纹"):
            announcing.content_of(tx, draft)
        with pytest.raises(Conflict):
            announcing.publish(tx, LEAD2, draft.id, draft.seal)


def test_it_reads_in_both_languages_with_definitions_and_the_command(small: World) -> None:
    made = undertaken(small)
    made.close_batch()
    draft = drafted(made)
    with small.database.read() as tx:
        content = announcing.content_of(tx, draft)
    zh, en = worded(draft.id, draft.seal, content), worded(draft.id, draft.seal, content, "en")
    assert zh.title == "关于“医美引流专项”的治理公告(第 1 批)"
    assert "清理以笔记引流的医美营销" in " ".join(zh.paragraphs)
    assert "batch 1" in en.title
    said = {one.name: one for one in zh.figures}
    assert (said["swept"].number, said["notes_removed"].number, said["appeals"].number) == (1000, 3, 0)
    assert "decertified" not in said  # nothing to tell
    assert f"mingjian campaign figures {made.campaign.id} --batch 1 --upto {draft.counted_to}" in zh.again
    assert draft.seal in zh.again
    assert {one.name for one in en.figures} == set(said)


def test_prevalence_is_told_with_its_bounds_and_never_claims_more(small: World) -> None:
    told = {
        "level": 0.95, "complete": True, "fell": True, "fall": [0.03, 0.01, 0.05], "counted_to": 1,
        "corrected_fall": None, "sensitivity": [0.9, 100.0], "specificity": [0.98, 500.0],
        "sides": {side: {"as_of": "2026-03-02", "size": 279000, "drawn": 600, "labelled": 600, "violating": 30,
                         "share": [0.05, 0.035, 0.07], "corrected": [0.05, 0.03, 0.08]}
                  for side in ("before", "after")},
    }  # fmt: skip
    made = undertaken(small)
    made.close_batch()
    draft = drafted(made)
    with small.database.read() as tx:
        content = announcing.content_of(tx, draft) | {"prevalence": told}
    found = worded("ann_x", "0" * 64, content)
    assert [row[0] for row in found.measured] == ["治理前", "治理后"]
    assert "3.50% – 7.00%" in found.measured[0]
    assert any("下降 3.00 个百分点" in line for line in found.outcome)
    calm = json.loads(json.dumps(content))
    calm["prevalence"] |= {"fell": False, "fall": [0.01, -0.01, 0.03], "complete": False}
    lines = " ".join(worded("ann_x", "0" * 64, calm).outcome)
    assert "不能说已经下降" in lines
    assert "暂算" in lines
