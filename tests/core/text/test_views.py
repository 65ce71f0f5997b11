"""Views: what is folded, squeezed and heard, and that every offset leads back to the original characters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.core.text.tables import STOP, tables
from mingjian.core.text.views import MAX_SENTENCE, Batch, normalise, sounds_of, syllabify

TEXTS = st.text(st.characters(), max_size=60)
FOLDED = [
    ("ＡＢＣ１２３", "abc123"),
    ("臺灣術後", "台湾术后"),
    ("玻\u200b尿\u200d酸", "玻尿酸"),
    ("玻̶尿̶酸", "玻尿酸"),
    ("瘦脸💉", "瘦脸针"),
    ("🆅信", "v信"),
    ("①②⑨", "129"),
    ("(全角，标点！？：；)", "(全角,标点!?:;)"),
    ("а", "a"),
    ("a\tb\u3000c", "a b c"),
    ("a\r\nb", "a\n\nb"),
    ("\ud800", "\ufffd"),
    ("\U000e0041x", "x"),
    ("\U0003fffd", "\ufffd"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "folded"), FOLDED)
def test_folding(text: str, folded: str) -> None:
    assert normalise(text) == folded


@given(TEXTS)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_a_batch_reads_each_text_as_it_stands_alone(texts: list[str]) -> None:
    batch = Batch(texts)
    bounds = np.searchsorted(batch.folded.origin, batch.starts)
    for index, text in enumerate(texts):
        assert batch.folded.text[bounds[index] : bounds[index + 1] - 1] == normalise(text)


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_every_view_maps_back_into_the_original(texts: list[str]) -> None:
    batch = Batch(texts)
    joined = "\x1e".join(texts) + "\x1e"
    sounded, index = batch.sounded
    for view in (batch.folded, batch.squeezed, sounded):
        assert len(view.text) == len(view.array) == len(view.origin) == len(view.ends)
        if len(view.text):
            assert (np.diff(view.origin) > 0).all()
            assert (view.ends > view.origin).all()
            assert view.ends[-1] <= len(joined)
    assert len(index) == len(sounded.text)


@given(TEXTS, st.data())
def test_the_quote_of_a_span_folds_to_what_stood_there(text: str, data: st.DataObject) -> None:
    folded = Batch([text]).folded
    size = len(folded.text) - 1
    start = data.draw(st.integers(0, size))
    end = data.draw(st.integers(start, size))
    if end > start:
        quote = text[int(folded.origin[start]) : int(folded.ends[end - 1])]
        assert normalise(quote) == folded.text[start:end]


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_sentences_cover_the_folded_text_and_are_short(texts: list[str]) -> None:
    batch = Batch(texts)
    ends = batch.sentence_ends
    assert ends[-1] == len(batch.folded.text)
    lengths = np.diff(ends, prepend=0)
    assert (lengths > 0).all()
    assert lengths.max() <= MAX_SENTENCE + 1


def test_a_long_line_without_stops_is_cut_at_commas() -> None:
    batch = Batch(["皮肤紧致," * 200])
    lengths = np.diff(batch.sentence_ends, prepend=0)
    assert lengths.max() <= MAX_SENTENCE
    assert all(batch.folded.text[end - 1] == "," for end in batch.sentence_ends[:-2])


def test_squeezing_drops_separators_and_repetition() -> None:
    assert Batch(["水 光·针、热玛玛吉💧"]).squeezed.text == "水光针热玛吉\x1e"


@pytest.mark.parametrize(
    ("run", "count"), [("boniaosuan", 3), ("shuiguangzhen", 3), ("xian", 1), ("hello", None), ("bns", None)]
)
def test_pinyin_runs(run: str, count: int | None) -> None:
    syllables = syllabify(run)
    assert (len(syllables) if syllables else None) == count


def test_sound_alikes_share_a_sound() -> None:
    assert sounds_of("水光针") & sounds_of("税光真")
    assert sounds_of("水光针").isdisjoint(sounds_of("水光片"))
    assert len(sounds_of("肉毒毒素")) == 2  # once with the repetition, once without


def test_the_table_is_sane() -> None:
    table = tables()
    assert table.fold[ord("\x1e")] == ord("\x1e")
    assert table.kind[ord("\x1e")] == STOP
    assert (table.fold[table.fold] == table.fold)[table.fold > 0].all()
