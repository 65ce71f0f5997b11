"""What the page shows of pictures, clips and sounds: which pictures, where the boxes and marks lie."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

from mingjian.core.model import Item, Shown
from mingjian.core.report.boxes import Area, spots
from mingjian.core.report.gallery import MOST_FRAMES, MOST_PICTURES, Gallery, chosen, gallery
from mingjian.core.report.html import item_view
from mingjian.core.report.media import Placed, Region
from mingjian.core.report.model import MediaView
from mingjian.core.report.timeline import timeline
from tests.core.report.fixtures import verdict
from tests.core.report.seen import clip, picture, poster, recording, scan, slides

EMPTY = Item.of("")


def shown(made: tuple[Item, tuple[object, ...], MediaView], budget: int = 10**9) -> Gallery:
    item, hits, view = made
    found = item_view(1, item, verdict(item, *hits), "zh", view, budget).gallery  # type: ignore[arg-type]
    assert found is not None
    return found


def placed(number: int, *where: Region, severity: str = "high") -> Placed:
    return Placed(f"f{number}", number, severity, "标题", where)


def test_boxes_are_scaled_and_one_box_of_two_findings_is_drawn_once() -> None:
    (frame,) = shown(poster()).frames
    assert [(spot.name, spot.severity) for spot in frame.spots] == [
        ("2", "high"), ("1", "critical"), ("6", "medium"), ("3·4", "critical"), ("3", "critical"), ("5", "high"),
    ]  # fmt: skip
    assert frame.spots[1].box == Area(56.0, 75.0, 250.0, 50.0)
    areas = [spot.box.width * spot.box.height for spot in frame.spots]
    assert areas == sorted(areas, reverse=True), "those inside lie on top"


def test_tags_cover_neither_each_other_nor_the_writing_and_stay_on_the_picture() -> None:
    item, _, view = poster()
    frame = shown(poster()).frames[0]
    words = [Area(*(side * 0.5 for side in p.box)) for p in item.parts[0].places if p.box]
    tags = [spot.tag for spot in frame.spots]
    for a, b in [*combinations(tags, 2), *((tag, line) for tag in tags for line in words)]:
        assert a.left + a.width <= b.left or b.left + b.width <= a.left or a.top + a.height <= b.top or (
            b.top + b.height <= a.top
        )  # fmt: skip
    crowd = [(placed(n, Region(1, (0, 0, 540 - n, 720))), (0, 0, 540 - 60 * n, 720)) for n in range(8)]
    for spot in spots("x", crowd, [(0, 0, 540, 720)], 1.0, (540, 720)):
        assert 0 <= spot.tag.left <= 540 - spot.tag.width and 0 <= spot.tag.top <= 720 - spot.tag.height
    assert view.pictures[0].width == 540


def test_every_finding_leads_to_its_first_box_or_else_to_its_mark() -> None:
    found = shown(clip())
    anchors = {spot.anchor for frame in found.frames for spot in frame.spots}
    assert found.timeline
    marks = {mark.anchor for mark in found.timeline.marks}
    assert len(anchors) == sum(len(frame.spots) for frame in found.frames)
    assert {found.targets["i1f1"], found.targets["i1f2"]} <= anchors
    assert {found.targets["i1f3"], found.targets["i1f4"]} <= marks


def test_a_box_is_shown_only_on_frames_of_its_time() -> None:
    found = shown(clip())
    for frame in found.frames:
        at = int(frame.caption[3:])
        numbers = {find.number for spot in frame.spots for find in spot.finds}
        assert numbers == {n for n, (first, last) in {1: (0, 58), 2: (12.4, 15)}.items() if first <= at <= last}
    assert [find.number for frame in found.frames if frame.caption == "00:14" for find in frame.finds] == [1, 2, 3]


def test_a_clip_keeps_a_frame_for_each_finding_and_some_in_between() -> None:
    made = clip(frames=120)
    found = shown(made)
    assert len(found.frames) == MOST_FRAMES and found.left_out == 120 - MOST_FRAMES
    assert {find.number for frame in found.frames for find in frame.finds} == {1, 2, 3, 4}
    times = [frame.caption for frame in found.frames]
    assert times == sorted(times) and times[0] == "00:00" and times[-1] > "00:50", "spread over the whole"


def test_of_pages_those_with_findings_are_shown() -> None:
    found = shown(scan())
    assert [frame.caption for frame in found.frames] == ["第19页"] and found.left_out == 19
    bare = MediaView("picture", None, tuple(picture(30, 30, page=n) for n in range(1, 4)))
    assert chosen(bare, [placed(1)]) == [0], "nowhere in particular: the first"
    many = MediaView("picture", None, tuple(picture(30, 30, page=n) for n in range(1, 40)))
    everywhere = [placed(n, Region(n, (1, 1, 5, 5)), severity="low" if n < 39 else "critical") for n in range(1, 40)]
    kept = chosen(many, everywhere)
    assert len(kept) == MOST_PICTURES and 38 in kept, "the gravest first"


def test_pictures_stop_where_the_budget_ends_and_the_page_says_so() -> None:
    size = len(scan()[2].pictures[0].jpeg)
    assert shown(scan(), budget=size).size == size
    found = shown(scan(), budget=size - 1)
    assert found.frames == () and found.left_out == 20


def test_the_picture_of_a_slide_that_is_named_gets_the_box() -> None:
    found = shown(slides())
    (frame,) = found.frames
    assert frame.caption == "第3页图2" and len(frame.spots) == len(frame.finds) == 1
    assert found.left_out == 1, "the picture beside it, on which nothing was found"


def test_pictures_of_a_document_without_pages_are_told_apart() -> None:
    pictures = tuple(replace(picture(30, 30), picture=number) for number in (1, 2))
    found = gallery(
        "i1", EMPTY, MediaView("document", None, pictures), [placed(1, Region(box=(1, 1, 5, 5), picture=2))]
    )
    assert found is not None and [(f.caption, len(f.spots)) for f in found.frames] == [("图2", 1)]


def test_of_two_pictures_on_one_slide_none_gets_a_box_that_names_none() -> None:
    view = MediaView("document", None, (picture(30, 30, page=3), picture(30, 30, page=3)))
    found = gallery("i1", EMPTY, view, [placed(1, Region(3, (1, 1, 5, 5)))])
    assert found is not None and len(found.frames) == 2
    assert not any(frame.spots for frame in found.frames) and all(frame.finds for frame in found.frames)


def test_sound_has_a_line_without_pictures_and_text_has_neither() -> None:
    found = shown(recording())
    assert found.frames == () and found.timeline is not None and found.timeline.length == "1:06:40"
    (mark,) = found.timeline.marks
    assert (mark.time, mark.left, mark.back) == ("1:01:40–1:01:48", 92.506, False)
    assert [words for _, words in found.timeline.ticks] == [
        "00:00", "10:00", "20:00", "30:00", "40:00", "50:00", "1:00:00",
    ]  # fmt: skip
    assert gallery("i1", EMPTY, None, [placed(1)]) is None


def test_places_in_time_make_a_line_even_where_the_length_is_unknown() -> None:
    found = gallery("i1", EMPTY, None, [placed(1, Region(time=(3.0, 8.0)))])
    assert found is not None and found.timeline is not None and found.timeline.length == "00:08"


def test_marks_of_one_time_are_one_and_others_do_not_overlap() -> None:
    finds = [placed(n, Region(time=(5.0, 6.0)), severity="low") for n in range(1, 6)]
    finds += [placed(6, Region(time=(5.5, 9.0)), severity="critical"), placed(7, Region(time=(99.5, 100.0)))]
    found = timeline("i1", MediaView("audio", 100.0), finds)
    assert found is not None
    assert [mark.name for mark in found.marks] == ["1·2·3…", "6", "7"]
    first, second, last = found.marks
    assert first.top < second.top and last.top == first.top and last.back and not first.back
    assert found.height > second.top


def test_a_picture_view_needs_no_page() -> None:
    view = MediaView("picture", None, (Shown(b"x", 100, 100),))
    found = gallery("i1", EMPTY, view, [placed(1, Region(None, (1, 1, 5, 5)))])
    assert found is not None and found.frames[0].spots and found.frames[0].caption == "第1页"
