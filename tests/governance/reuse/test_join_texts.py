"""The join finds what comparing one by one finds, whatever the batches, the workers and the shards."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from mingjian.core.reuse.liken import HOWS
from mingjian.core.reuse.texts import compare, text_prints
from mingjian.governance.reuse import join_texts as joining
from mingjian.governance.reuse.join_texts import join_texts
from mingjian.governance.reuse.spill import Spill

Row = tuple[int, int, int, int, str]


def ordinary(count: int, seed: int) -> list[str]:
    rng = np.random.default_rng(seed)
    return [
        "".join(map(chr, rng.integers(0x4E00, 0x9FA5, int(size)).tolist())) for size in rng.integers(60, 300, count)
    ]


def changed(text: str, share: float, seed: int) -> str:
    rng = np.random.default_rng(seed)
    return "".join(chr(int(rng.integers(0x4E00, 0x9FA5))) if rng.random() < share else char for char in text)


def archive() -> tuple[list[str], dict[int, int]]:
    """Texts, and the original of each copy."""
    texts = ordinary(120, 1)
    copies: dict[int, int] = {}
    for source in range(0, 60, 3):
        copies[len(texts)] = source
        texts.append(changed(texts[source], 0.2, source))
        copies[len(texts)] = source
        half = len(texts[source]) // 2
        texts.append(texts[source][half:] + "。" + texts[source][:half])
    return [*texts, "", "好"], copies


def joined(texts: Sequence[str], folder: Path, size: int = 16, workers: int = 1) -> list[Row]:
    folder.mkdir(exist_ok=True)
    parts = join_texts((texts[at : at + size] for at in range(0, len(texts), size)), folder, workers=workers)
    return [
        (later, earlier, overlap, jaccard, HOWS[how])
        for part in parts
        for later, earlier, overlap, jaccard, how in zip(
            part.later.tolist(), part.earlier.tolist(), part.overlap.tolist(), part.jaccard.tolist(), part.how.tolist(),
            strict=True,
        )
    ]  # fmt: skip


def test_every_copy_is_tied_to_its_original_and_nothing_else(tmp_path: Path) -> None:
    texts, copies = archive()
    found = joined(texts, tmp_path / "a")
    assert {(later, earlier) for later, earlier, *_ in found} >= set(copies.items())
    assert all(copies.get(later, later) == copies.get(earlier, earlier) for later, earlier, *_ in found)
    prints = text_prints(texts)
    for later, earlier, overlap, jaccard, how in found:
        match = compare(prints[later], prints[earlier])
        assert match is not None
        assert (overlap, jaccard, how) == (match.overlap, match.jaccard, match.how)
    assert not list((tmp_path / "a").iterdir())


def test_batches_parts_and_workers_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts, _ = archive()
    found = joined(texts, tmp_path / "a")
    assert joined(texts, tmp_path / "b", size=7) == found
    assert joined(texts, tmp_path / "c", workers=2) == found
    monkeypatch.setattr(joining, "BLOCK", 3)
    assert joined(texts, tmp_path / "d") == found


def test_a_large_ring_is_tied_together_by_few_links(tmp_path: Path) -> None:
    base = ordinary(1, 9)[0] * 2
    texts = [changed(base, 0.05, seed) for seed in range(300)]
    found = joined(texts, tmp_path / "a")
    assert len(found) <= 300 * joining.CLOSE
    group = list(range(300))
    for later, earlier, *_ in found:  # every text hangs on an earlier one, so all hang together
        group[later] = min(group[later], group[earlier])
    assert set(group) == {0}


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    with pytest.raises(ValueError, match="not empty"):
        list(join_texts([["好"]], tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_who_stops_listening_leaves_an_empty_folder(tmp_path: Path) -> None:
    texts, _ = archive()
    parts = iter(join_texts([texts], tmp_path))
    next(parts)
    parts.close()  # type: ignore[attr-defined]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("texts", [[], [""], ["好", "好"], ["术后第三天消肿了,同事都说气色好了很多"] * 2])
def test_few_and_empty_texts(texts: list[str], tmp_path: Path) -> None:
    found = joined(texts, tmp_path / "a")
    assert [(later, earlier) for later, earlier, *_ in found] == ([(1, 0)] if len("".join(texts)) > 10 else [])


def test_progress_tells_the_stages_in_order(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    texts, _ = archive()
    list(join_texts([texts], tmp_path, progress=lambda *row: told.append(row)))
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == ["take", "link", "compare"]
    assert told[-1] == ("compare", 1, 1)


def test_spilled_numbers_come_back_sorted_shard_by_shard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mingjian.governance.reuse.spill.BUFFER", 100)
    numbers = np.random.default_rng(2).integers(0, 1 << 62, 1000).astype(np.uint64)
    spill = Spill(tmp_path, "n", 16, 58)
    for part in np.array_split(numbers, 30):
        spill.add(part)
    spill.close()
    first = spill.sorted(3)
    assert first.tolist() == spill.take(3).tolist()
    rest = np.concatenate([spill.take(shard) for shard in range(16)])
    assert sorted(np.concatenate((first, rest)).tolist()) == np.sort(numbers).tolist()
    assert not list(tmp_path.iterdir())
