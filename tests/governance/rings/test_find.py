"""Finding rings among honest people: who, since when, which original, who profits, how sure and why."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from mingjian.governance.rings.confidence import confidence_of
from mingjian.governance.rings.find import find_rings
from mingjian.governance.rings.gathering import Gathering
from mingjian.governance.rings.model import Ring
from mingjian.governance.rings.settings import RINGS
from tests.governance.rings.made import DAY, START, honest, ring


def found(gathered: Gathering) -> list[Ring]:
    return find_rings(gathered.evidence())


@pytest.fixture
def chance() -> random.Random:
    return random.Random(7)


def test_two_rings_and_nobody_else(chance: random.Random) -> None:
    gathered = Gathering()
    honest(gathered, chance)
    one, other = ring(gathered, chance, "a"), ring(gathered, chance, "b", accounts=5)
    assert sorted(sorted(each.accounts) for each in found(gathered)) == [sorted(one), sorted(other)]


def test_what_a_ring_tells(chance: random.Random) -> None:
    gathered = Gathering()
    honest(gathered, chance)
    ring(gathered, chance, "a")
    (told,) = found(gathered)
    assert told.since == START and told.until == START + 14 * DAY + 120_000_000
    assert len(told.posts) == 90 and len(told.materials) == 30
    assert told.profit[0].institution == "a-clinic" and told.profit[0].share == 1 and told.profit[0].lift > 3
    assert all(one.original_inside and one.accounts == 3 and one.outside == 0 for one in told.materials)
    assert all(one.steps[0] == one.original for one in told.materials)
    assert told.cadence.per_day == 2 and told.cadence.per_month == 60 and told.cadence.fits
    assert told.cadence.dispersion == 0
    assert {"reuse", "pairs", "institution", "cadence"} <= {one.word for one in told.reasons}
    assert told.confidence > 0.9


def test_the_same_again_whatever_the_order(chance: random.Random) -> None:
    forwards, backwards = Gathering(), Gathering()
    ring(forwards, random.Random(1), "a")
    ring(forwards, random.Random(2), "b")
    ring(backwards, random.Random(2), "b")
    ring(backwards, random.Random(1), "a")
    ours, theirs = found(forwards), found(backwards)
    assert {frozenset(one.accounts): one.confidence for one in ours} == {
        frozenset(one.accounts): one.confidence for one in theirs
    }


def test_one_copied_note_is_no_ring(chance: random.Random) -> None:
    gathered = Gathering()
    honest(gathered, chance)
    for number in range(30):  # one note that thirty people copied, picture and words
        for matter in ("picture", "text"):
            gathered.likeness(f"h{number}-0", "h299-0", matter, 1.0)
    assert found(gathered) == []


def test_what_clinics_hand_out_openly_is_no_ring(chance: random.Random) -> None:
    gathered = Gathering()
    honest(gathered, chance)
    for brand in range(6):  # a maker's pictures, shown by many clinics in their own names
        for clinic in range(12):
            gathered.post(f"brand{brand}-{clinic}", f"house{clinic}", START + brand * DAY, f"house{clinic}",
                          "institution")  # fmt: skip
            gathered.likeness(f"brand{brand}-{clinic}", f"brand{brand}-0", "picture", 1.0)
    assert found(gathered) == []


def test_marks_alone_are_no_ring(chance: random.Random) -> None:
    gathered = Gathering()
    honest(gathered, chance)
    for number in range(6):  # a family at one telephone
        gathered.mark(f"h{number}", "device", "tablet")
        gathered.mark(f"h{number}", "payment", "purse")
    assert found(gathered) == []


def test_marks_make_a_ring_surer(chance: random.Random) -> None:
    def told(marked: bool) -> Ring:
        gathered = Gathering()
        honest(gathered, random.Random(7))
        members = ring(gathered, random.Random(3), "a", accounts=4, cases=3, each=3)
        for member in members if marked else ():
            gathered.mark(member, "device", "one-telephone")
        return found(gathered)[0]

    with_marks, without = told(True), told(False)
    assert with_marks.confidence > without.confidence
    assert with_marks.marks == (("device", "one-telephone", 4),) and without.marks == ()
    assert any(tie.marks == ("device",) for tie in with_marks.ties)


def test_a_loose_member_is_attached_by_many_partners(chance: random.Random) -> None:
    gathered = Gathering()
    honest(gathered, chance)
    members = ring(gathered, chance, "a", cases=30)
    for case, member in enumerate(members[:3]):  # shares one case with each of three, never two with the same
        gathered.post(f"loose-{case}", "loose", START + case * DAY, None, "person")
        mine = next(post for post in (f"a-{n}-{member}" for n in range(30)) if post in gathered)
        gathered.likeness(f"loose-{case}", mine, "picture", 1.0)
    (told,) = found(gathered)
    assert "loose" in told.accounts


def test_a_bridge_between_two_rings_does_not_join_them(chance: random.Random) -> None:
    gathered = Gathering()
    honest(gathered, chance)
    one = ring(gathered, chance, "a", accounts=8, cases=40)
    other = ring(gathered, chance, "b", accounts=8, cases=40)
    for place in range(2):  # one of each buys the same two stock pictures
        for account in ("a0", "b0"):
            gathered.post(f"stock-{place}-{account}", account, START + place * DAY, None, "person")
        gathered.likeness(f"stock-{place}-a0", f"stock-{place}-b0", "picture", 1.0)
    assert sorted(sorted(each.accounts) for each in found(gathered)) == [sorted(one), sorted(other)]


def test_two_agencies_of_one_clinic_are_two_rings(chance: random.Random) -> None:
    gathered = Gathering()
    honest(gathered, chance)
    one = ring(gathered, chance, "a", clinic="clinic1")
    other = ring(gathered, chance, "b", clinic="clinic1")
    for place in range(3):  # one patient of each shares three of the clinic's own stories
        for account in ("a0", "b0"):
            gathered.post(f"own-{place}-{account}", account, START + place * DAY, "clinic1", "person")
        gathered.likeness(f"own-{place}-a0", f"own-{place}-b0", "text", 0.8)
    assert sorted(sorted(each.accounts) for each in found(gathered)) == [sorted(one), sorted(other)]


def test_an_original_outside_is_named(chance: random.Random) -> None:
    gathered = Gathering()
    honest(gathered, chance)
    ring(gathered, chance, "a")
    gathered.post("true-story", "patient", START - DAY, None, "person")
    gathered.likeness(f"a-0-{next(m for m in (f'a{n}' for n in range(8)) if f'a-0-{m}' in gathered)}", "true-story",
                      "picture", 1.0)  # fmt: skip
    (told,) = found(gathered)
    stolen = next(one for one in told.materials if not one.original_inside)
    assert stolen.original.account == "patient" and stolen.outside == 1 and "patient" not in told.accounts


def test_lockstep_alone_joins(chance: random.Random) -> None:
    gathered = Gathering()
    honest(gathered, chance, people=50)
    for one in range(4):
        for other in range(one):
            gathered.lockstep(f"bot{one}", f"bot{other}", 1.0)
            gathered.mark(f"bot{one}", "device", "farm")
            gathered.mark(f"bot{other}", "device", "farm")
    (told,) = found(gathered)
    assert sorted(told.accounts) == ["bot0", "bot1", "bot2", "bot3"] and told.posts == ()
    assert "lockstep" in {one.word for one in told.reasons}


def test_nothing_known_nothing_found() -> None:
    assert found(Gathering()) == []


def test_words_alone_make_nobody_sure() -> None:
    gathered = Gathering()
    honest(gathered, random.Random(7))
    ring(gathered, random.Random(3), "a", accounts=4, cases=3, each=3)
    (told,) = found(gathered)

    def bare(matter: str) -> Ring:
        """The ring with its material alone: no institution, no cadence, no lockstep, no marks."""
        shown = replace(
            told, profit=(), marks=(), cadence=replace(told.cadence, fits=False),
            materials=tuple(replace(one, matter=matter) for one in told.materials),
            ties=tuple(replace(one, lockstep=0.0) for one in told.ties),
        )  # fmt: skip
        return confidence_of(shown, RINGS.current())

    words, pictures = bare("text"), bare("picture")
    assert "alone" in [one.word for one in words.reasons] and "alone" not in [one.word for one in pictures.reasons]
    assert words.confidence < pictures.confidence
