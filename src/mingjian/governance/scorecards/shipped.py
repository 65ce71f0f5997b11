"""The cards that come with the software (or a deployer's in their place), and putting them in force on a new desk."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

from mingjian.governance.scorecards.limits import FILE as LIMITS_FILE
from mingjian.governance.scorecards.limits import check_band, read_limits, use_limits
from mingjian.governance.scorecards.model import Scorecard
from mingjian.governance.scorecards.parse import Problem, ScorecardError, load_scorecard, read_scorecard
from mingjian.governance.scorecards.sources import check, read_sources, use_sources
from mingjian.records.errors import Invalid
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.scores.model import CardVersion
from mingjian.records.storage import contents, score_cards
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head

AUTHOR, SETUP = "release", "duty:setup"
SOURCES_FILE = "observations.yaml"
_chosen: list[tuple[str, ...]] = []  # a deployer's texts, where a door chose them


@cache
def shipped_texts() -> tuple[str, ...]:
    """The texts, by name of the file."""
    folder = resources.files("mingjian.governance") / "data" / "scorecards"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    return tuple(file.read_text("utf-8") for file in files)


def shipped() -> tuple[Scorecard, ...]:
    """The cards, by name."""
    return tuple(load_scorecard(text, check=check, check_band=check_band) for text in shipped_texts())


def use_folder(folder: Path | None) -> None:
    """Take cards (and ``observations.yaml``, ``bands.yaml``) from a deployer's folder from now on: a door does it
    once, when it opens the desk. Invalid with everything that is wrong in any of the files."""
    if folder is None:
        return
    try:
        texts = {path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.yaml"))}
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"评分卡文件夹 {folder} 读不了:{error}。应为 UTF-8 编码的 YAML 文件。") from error
    if SOURCES_FILE in texts:
        use_sources(read_sources(texts.pop(SOURCES_FILE), str(folder / SOURCES_FILE)))
    if LIMITS_FILE in texts:
        use_limits(read_limits(texts.pop(LIMITS_FILE), str(folder / LIMITS_FILE)))
    problems: list[Problem] = []
    names: dict[str, str] = {}
    for file, text in texts.items():
        card, wrong = read_scorecard(text, file, check=check, check_band=check_band)
        problems += wrong
        if card is not None and card.name in names:
            problems.append(Problem(file, card.name, "", "name", f"与 {names[card.name]} 里的评分卡重名"))
        if card is not None:
            names[card.name] = file
    if problems:
        raise ScorecardError(str(folder), problems)
    _chosen[:] = [tuple(texts.values())]


def install_cards(tx: Tx) -> list[CardVersion]:
    """Put in force what a desk has no version of yet; those that were. Who wrote them is the software's maker (or the
    deployer, by the file), who puts them in force whoever set the desk up: two different hands. A card that is there
    already, in whatever version and state, is left as it is. Safe to call at every start."""
    hold_head(tx)
    there = {one.name for one in score_cards.card_versions(tx)}
    made: list[CardVersion] = []
    for text in _chosen[-1] if _chosen else shipped_texts():
        card = load_scorecard(text, check=check, check_band=check_band)
        if card.name in there:
            continue
        (digest,) = contents.put(tx, [text.encode()])
        drafted = {"name": card.name, "version": card.version, "title": card.title, "title_en": card.title_en,
                   "digest": digest}  # fmt: skip
        append(tx, Event("scorecard.drafted", card.id, drafted, AUTHOR))
        append(tx, Event("scorecard.deployed", card.id, {"reason": "随软件安装", "digest": digest}, SETUP))
        kept = score_cards.card_by_id(tx, card.id)
        assert kept is not None
        made.append(kept)
    return made
