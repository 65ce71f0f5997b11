"""The generator of test media: it writes what it says it writes, the same for the same seed."""

from __future__ import annotations

import json
import runpy
import sys
from datetime import date
from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np
import pytest
from media import distort, texts
from media.build import samples
from media.fonts import MissingFonts, check, font
from media.ink import Ink, length, wrapped, write, write_column
from media.model import Drawn, Filmed
from media.styles import STYLES
from PIL import Image

from mingjian.core.engine.options import Options
from mingjian.core.model import Item
from mingjian.doors import cache
from tests.perception.media import BENCHMARKS, needs_fonts, sample

PICTURES = [name for name, style in STYLES.items() if style.group != "clip"]
CLIPS = [name for name, style in STYLES.items() if style.group == "clip"]


def pixels(style: str, seed: int = 1) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    medium = next(samples([style], 1, seed)).medium
    assert isinstance(medium, Drawn)
    return np.asarray(medium.picture)


def test_enough_different_sentences() -> None:
    bad = [line for lines in texts.planted().values() for line in lines]
    good = [line for lines in texts.clean().values() for line in lines]
    assert len(set(bad)) >= 80 and len(set(good)) >= 80 and not set(bad) & set(good)
    assert {"medical_aesthetics", "medical", "dental", "health_food", "cosmetics", "evasive"} <= texts.planted().keys()
    assert sum("|" in line for line in bad) > 60


def test_engine_finds_planted_sentences_and_hardly_a_clean_one() -> None:
    """Otherwise the benchmark would measure the engine and not perception. A few may change sides with the engine."""
    for groups, wanted in ((texts.planted(), True), (texts.clean(), False)):
        lines = [line.replace("|", "") for group in groups.values() for line in group]
        verdicts = cache.engine().check([Item.of(line) for line in lines], Options(as_of=date(2026, 11, 1)))
        wrong = [line for line, v in zip(lines, verdicts, strict=True) if (v.value == "violation") is not wanted]
        assert len(wrong) <= 3, wrong


def test_scripts_take_turns_and_do_not_repeat() -> None:
    made = texts.scripts("clean", 40, 1)
    assert [script.planted for script in made] == [True, False] * 20
    assert len({script.sentence for script in made}) == 40
    assert made == texts.scripts("clean", 40, 1) != texts.scripts("clean", 40, 2)
    disguised = {line.replace("|", "") for line in texts.planted()["evasive"]}
    assert {s.sentence for s in texts.scripts("evasive", 10, 1) if s.planted} <= disguised
    assert not {s.sentence for s in made} & disguised
    assert all(len(script.main) > 1 for script in texts.scripts("broken", 30, 1))


def test_traditional_scripts_are_converted() -> None:
    made = texts.scripts("traditional", 60, 1)
    joined = "".join(script.sentence for script in made)
    assert "復發" in joined or "療" in joined
    assert not {"疗", "复", "证", "发"} & set(joined)


@needs_fonts
@pytest.mark.parametrize("style", PICTURES)
def test_every_style_draws_its_sentence(style: str) -> None:
    bad, good = sample(style), sample(style, planted=False)
    assert bad.planted and not good.planted
    for made in (bad, good):
        assert isinstance(made.medium, Drawn)
        assert min(made.medium.picture.size) >= 200 and np.asarray(made.medium.picture).std() > 5
        assert all(text for _, text in made.written) and made.name.startswith(style)
    if style != "collage-silent":
        assert any(bad.sentence in text for _, text in bad.written)
    assert (bad.depicted is not None) == style.startswith("collage") and good.depicted is None


@needs_fonts
@pytest.mark.parametrize("style", ["shadow", "board", "collage", "evasive"])
def test_same_seed_same_pixels(style: str) -> None:
    once = pixels(style)
    assert np.array_equal(once, pixels(style))
    other = pixels(style, seed=2)
    assert once.shape != other.shape or not np.array_equal(once, other)


@needs_fonts
@pytest.mark.parametrize("style", CLIPS)
def test_clip_shows_its_words_only_while_they_last(style: str, tmp_path: Path) -> None:
    import av

    made = sample(style)
    film = made.medium
    assert isinstance(film, Filmed)
    role = {"clip-board": "background", "clip-card": "card"}.get(style, "subtitle")
    assert [own for own, text in made.written if made.sentence in text] == [role]
    path = made.write(tmp_path)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == film.size
        count = sum(1 for _ in container.decode(stream))
    frames = list(film.frames())
    assert count == len(frames) == 96
    assert np.array_equal(frames[50], list(film.frames())[50])
    assert any(np.abs(a.astype(int) - b).mean() > 25 for a, b in pairwise(frames))  # a cut


@needs_fonts
def test_build_writes_media_and_truth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ["--styles", "chat", "low-resolution", "--per-style", "2"]
    monkeypatch.setattr(sys, "argv", ["build.py", str(tmp_path), *asked])
    with pytest.raises(SystemExit) as end:
        runpy.run_path(str(BENCHMARKS / "media/build.py"), run_name="__main__")
    assert end.value.code == 0
    rows = [json.loads(line) for line in (tmp_path / "truth.jsonl").read_text("utf-8").splitlines()]
    assert [row["planted"] for row in rows] == [True, False, True, False]
    for row in rows:
        with Image.open(tmp_path / row["file"]) as picture:
            assert picture.width == 750 or picture.width <= 320


def test_missing_fonts_say_how_to_get_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("media.fonts.FOLDER", tmp_path)
    with pytest.raises(MissingFonts, match=r"apt-get install fonts-noto-cjk"):
        check()


@needs_fonts
@pytest.mark.parametrize("bend", [0.0, 0.1, -0.1])
def test_written_line_takes_the_room_it_says(bend: float) -> None:
    picture = Image.new("RGB", (900, 400), "white")
    width, height = write(picture, (50, 100), "早晚刷牙饭后漱口", font("bold", 80), Ink((0, 0, 0), bend=bend))
    rows, columns = np.where(np.asarray(picture.convert("L")) < 128)
    assert columns.min() >= 50 and columns.max() <= 50 + width
    assert rows.min() >= 100 and rows.max() <= 100 + height
    assert (rows.max() - rows.min() > 100) == (bend != 0)


@needs_fonts
def test_ink_is_visible_in_its_colours() -> None:
    picture = Image.new("RGB", (400, 200), (0, 0, 255))
    write(picture, (40, 40), "国💉", font("black", 100), Ink((255, 0, 0), second=(255, 255, 0), outline=(0, 255, 0)))
    colours = {colour for _, colour in picture.getcolors(1 << 20) or []}
    assert (0, 255, 0) in colours and any(r == 255 and 60 < g < 240 and b == 0 for r, g, b in colours)  # type: ignore[misc]
    syringe = np.asarray(picture)[60:130, 150:230].reshape(-1, 3)
    assert len(np.unique(syringe, axis=0)) > 50


@needs_fonts
def test_columns_run_down_and_lines_wrap() -> None:
    picture = Image.new("RGB", (200, 900), "white")
    tall = write_column(picture, (60, 20), "请勿沾水,三天", font("sans", 60), Ink((0, 0, 0)))
    rows, columns = np.where(np.asarray(picture.convert("L")) < 128)
    assert columns.max() - columns.min() < 70 and 380 < rows.max() - rows.min() < tall
    face = font("sans", 40)
    lines = wrapped("术后一周内请勿沾水,请按时换药。", face, 200)
    assert "".join(lines) == "术后一周内请勿沾水,请按时换药。"
    assert all(length(line, face) <= 240 and line[0] not in ",。" for line in lines)


def test_distortions_keep_what_they_should() -> None:
    rng = Random(3)
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (120, 200, 3), dtype=np.uint8))
    assert distort.mirrored(distort.mirrored(noise)).tobytes() == noise.tobytes() != distort.mirrored(noise).tobytes()
    assert distort.turned(distort.turned(noise, 1), 3).tobytes() == noise.tobytes()
    assert distort.turned(noise, 1).size == (120, 200)
    assert distort.shrunk(noise, 50).size == (50, 30)
    assert distort.tilted(rng, noise).width > 200
    assert np.abs(np.asarray(distort.squeezed(noise, 8, 1), int) - np.asarray(noise)).mean() > 10
    room = Image.new("RGB", (400, 300), (10, 10, 10))
    taken = np.asarray(distort.photographed(rng, Image.new("RGB", (400, 300), "white"), room), int)
    assert taken[2:10, 2:10].mean() < 40 and taken[140:160, 190:210].mean() > 150
