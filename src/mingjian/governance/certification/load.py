"""The policies there are: those that ship, and a deployer's own folder over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import yaml

from mingjian.governance.certification.model import Policy
from mingjian.governance.certification.parse import PolicyError, parse_policy
from mingjian.records.errors import Invalid

_PROGRAMMES = "programmes.yaml"


@dataclass(frozen=True, slots=True)
class Shelf:
    """All variants by id, and the programmes they belong to with their names for people."""

    policies: Mapping[str, Policy]
    programmes: Mapping[str, tuple[str, str]]

    def of(self, programme: str) -> tuple[Policy, ...]:
        """A programme's variants, the earliest first."""
        own = [one for one in self.policies.values() if one.programme == programme]
        return tuple(sorted(own, key=lambda one: (one.since, one.id)))

    def programme(self, name: str, lang: str) -> str:
        """A programme's name for people."""
        return self.programmes[name][1 if lang == "en" else 0] if name in self.programmes else name


_IN_FORCE: list[Shelf] = []


@cache
def packaged() -> Shelf:
    """The variants that ship with the package."""
    return read_shelf(resources.files("mingjian.governance") / "data" / "certification")


def use_shelf(folder: Path | None) -> None:
    """Let this process go by a deployer's folder, or (None) by the variants that ship. Invalid with every mistake."""
    _IN_FORCE[:] = [] if folder is None else [read_shelf(folder)]


def shelf() -> Shelf:
    """The variants in force for this process."""
    return _IN_FORCE[-1] if _IN_FORCE else packaged()


def read_shelf(folder: Traversable) -> Shelf:
    """The variants of a folder of YAML files. Invalid naming the file and everything wrong with it."""
    problems: list[str] = []
    policies: dict[str, Policy] = {}
    programmes: dict[str, tuple[str, str]] = {}
    try:
        texts = {one.name: one.read_text("utf-8") for one in sorted(folder.iterdir(), key=lambda one: one.name)
                 if one.name.endswith(".yaml")}  # fmt: skip
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"认证政策文件夹 {folder} 读不了:{error}") from error
    try:
        data = yaml.safe_load(texts.pop(_PROGRAMMES, "")) or {}
        programmes = {str(name): (str(one["title"]), str(one["title_en"])) for name, one in data.items()}
    except (yaml.YAMLError, AttributeError, KeyError, TypeError):
        problems.append(f"{_PROGRAMMES}:每个认证项目应有 title 与 title_en")
    for name, text in texts.items():
        try:
            policy = parse_policy(text)
        except PolicyError as error:
            problems += [f"{name}:{where}:{what}" for where, what in error.problems]
            continue
        if policy.programme not in programmes:
            problems.append(f"{name}:programme:{_PROGRAMMES} 里没有“{policy.programme}”")
        if policy.id in policies:
            problems.append(f"{name}:{policy.id} 有两份")
        policies[policy.id] = policy
    defaults = [one.programme for one in policies.values() if one.default]
    several = sorted({one for one in defaults if defaults.count(one) > 1})
    problems += [f"{name}:默认的政策只能有一份" for name in several]
    if problems:
        raise Invalid("认证政策有误:\n" + "\n".join(problems), field="certification")
    return Shelf(policies, programmes)
