"""Reading rankings: those that ship with the software, and those an edition was made with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import yaml

from mingjian.governance.ranking.model import Ranking
from mingjian.governance.ranking.parse import parse_ranking
from mingjian.records.errors import Invalid


class RankingFileError(Invalid):
    """The data are no ranking; ``problems`` is (field, what is wrong) for all that is wrong with them."""

    def __init__(self, source: str, problems: list[tuple[str, str]]) -> None:
        lines = "\n".join(f"  {field}:{message}" if field else f"  {message}" for field, message in problems)
        super().__init__(f"榜单方案 {source} 有 {len(problems)} 处错误:\n{lines}", field="ranking")
        self.problems = problems


@cache
def shipped_texts() -> Mapping[str, str]:
    """The texts of the shipped rankings by name."""
    folder = resources.files("mingjian.governance") / "data" / "rankings"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    return {file.name.removesuffix(".yaml"): file.read_text("utf-8") for file in files}


@lru_cache(maxsize=16)
def read_ranking(content: str, source: str = "") -> Ranking:
    """The ranking of a YAML text; RankingFileError with everything that is wrong with it."""
    try:
        data: Any = yaml.safe_load(content)
    except yaml.YAMLError as error:
        raise RankingFileError(source, [("", f"不是合法的 YAML:{error}")]) from error
    problems: list[tuple[str, str]] = []
    made = parse_ranking(data, lambda field, message: problems.append((field, message)))
    if made is None or problems:
        raise RankingFileError(source, problems)
    return made


def shipped(name: str) -> Ranking:
    """A shipped ranking; Invalid when there is none of that name."""
    texts = shipped_texts()
    if name not in texts:
        raise Invalid(f"没有榜单方案“{name}”。可用:{'、'.join(texts)}", field="ranking")
    return read_ranking(texts[name], name)
