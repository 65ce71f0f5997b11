"""Read the rulebook's data files: law, lexicons, rules, platforms, procedures, monitoring codes. All errors at
once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any

from mingjian.core.model.law import Instrument
from mingjian.core.model.rule import Rule
from mingjian.core.model.scope import Catalogue
from mingjian.core.rulebook.catalogue import parse_catalogue
from mingjian.core.rulebook.errors import Problem, RulebookError
from mingjian.core.rulebook.lawbook import parse_instrument
from mingjian.core.rulebook.lexicon import Lexicon, parse_lexicon
from mingjian.core.rulebook.schema import parse_rule

if TYPE_CHECKING:
    import yaml

SECTIONS = (
    "law", "lexicons", "rules", "platforms", "procedures", "monitoring.yaml", "parallel.yaml", "specialties.yaml",
)  # fmt: skip


@dataclass(frozen=True)
class Sources:
    """The parsed data of one rulebook. ``version`` is the digest of every byte that was read."""

    instruments: tuple[Instrument, ...]
    lexicons: tuple[Lexicon, ...]
    rules: tuple[Rule, ...]
    platforms: Mapping[str, Mapping[str, Any]]
    monitoring: Mapping[str, Any]
    parallel: Mapping[str, Mapping[str, Sequence[str]]]
    version: str
    catalogue: Catalogue = field(default_factory=Catalogue)


def data_root() -> Traversable:
    """Where the rulebook that ships with the package lies."""
    return resources.files("mingjian.core.rulebook") / "data"


def walk(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, Traversable]]:
    """YAML files below a folder, by name, sorted so that every machine reads in the same order."""
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        name = f"{prefix}{entry.name}"
        if entry.is_dir():
            yield from walk(entry, f"{name}/")
        elif entry.name.endswith((".yaml", ".yml")):
            yield name, entry


def digest(root: Traversable | None = None) -> str:
    """Version of the rulebook's data without parsing it: cheap enough to check a cache with."""
    state = hashlib.sha256()
    for name, file in walk(root or data_root()):
        state.update(name.encode() + b"\0" + file.read_bytes())
    return state.hexdigest()[:12]


def load(root: Traversable | None = None, tolerated: list[Problem] | None = None) -> Sources:
    """Read and validate everything below ``root`` (default: the data in the package).

    Raises RulebookError listing every problem found, with file and field; with ``tolerated`` the problems
    are put there instead and what is broken is left out (for trying one rule while others are being written).
    """
    import yaml  # here, because a cached rulebook is not parsed: a cold start saves the import

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    root = root or data_root()
    problems: list[Problem] = [] if tolerated is None else tolerated
    instruments: list[Instrument] = []
    lexicons: list[Lexicon] = []
    rules: list[Rule] = []
    platforms: dict[str, Mapping[str, Any]] = {}
    monitoring: Mapping[str, Any] = {}
    parallel: Mapping[str, Mapping[str, Sequence[str]]] = {}
    scopes: dict[str, Any] = {}
    for name, file in walk(root):
        try:
            data = yaml.load(file.read_text("utf-8"), Loader=loader)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            problems.append(_not_yaml(name, error))
            continue
        section = name.split("/", 1)[0]
        if section == "law":
            if (instrument := parse_instrument(data, name, problems)) is not None:
                instruments.append(instrument)
        elif section == "lexicons":
            if (lexicon := parse_lexicon(data, name, problems)) is not None:
                lexicons.append(lexicon)
        elif section == "rules":
            if (rule := parse_rule(data, name, problems)) is not None:
                rules.append(rule)
        elif section == "platforms" and isinstance(data, dict) and data.get("slug"):
            platforms[data["slug"]] = data
        elif section == "monitoring.yaml" and isinstance(data, dict):
            monitoring = data
        elif section == "parallel.yaml" and isinstance(data, dict):
            parallel = data
        elif section in ("procedures", "specialties.yaml"):
            scopes[name] = data
        elif section == "platforms":
            problems.append(Problem(name, "slug", "required"))
        else:
            problems.append(Problem(name, "", f"belongs to none of {', '.join(SECTIONS)}"))
    _check_unique(rules, lexicons, problems)
    catalogue = parse_catalogue(scopes, problems)
    if problems and tolerated is None:
        raise RulebookError(problems)
    return Sources(
        tuple(instruments), tuple(lexicons), tuple(rules), platforms, monitoring, parallel, digest(root), catalogue
    )


def _not_yaml(name: str, error: yaml.YAMLError | UnicodeDecodeError) -> Problem:
    """On one line, with the place in the file."""
    if isinstance(error, UnicodeDecodeError):
        return Problem(name, f"byte {error.start}", "not UTF-8")
    mark = getattr(error, "problem_mark", None)
    return Problem(
        name, f"line {mark.line + 1}" if mark else "", f"not YAML: {getattr(error, 'problem', None) or error}"
    )


def _check_unique(rules: list[Rule], lexicons: list[Lexicon], problems: list[Problem]) -> None:
    for kind, named in (("code", [(r.code, r.path) for r in rules]), ("name", [(x.name, x.path) for x in lexicons])):
        seen: dict[str, str] = {}
        for name, path in named:
            if name in seen:
                problems.append(Problem(path, kind, f"{name!r} is already taken by {seen[name]}"))
            seen[name] = path
