"""The enquiries' file: whom to ask, how long an answer takes, and the words of the letter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mingjian.desk.deployed import DataFile
from mingjian.desk.queues.fields import check_known, mapping, number, text
from mingjian.records.errors import Invalid
from mingjian.records.registry.model import CREDENTIAL_KINDS

PLACES = ("regulator", "entity", "kind", "number", "issuer", "valid_from", "valid_to", "reason", "platform", "date")
_PLACE = re.compile(r"\{(\w*)\}")
_FILE = ("due_days", "remind_days", "platform", "how", "kinds", "regulators", "letters")


@dataclass(frozen=True, slots=True)
class Titled:
    """Something with a title in both languages; a letter has a text too."""

    title: str
    title_en: str
    text: str = ""

    def label(self, lang: str) -> str:
        """The title in a language."""
        return self.title_en if lang == "en" else self.title


@dataclass(frozen=True, slots=True)
class Letters:
    """``due_days`` working days after sending an answer is due, ``remind_days`` before that one reminds."""

    due_days: int
    remind_days: int
    platform: str
    how: Mapping[str, Titled]
    kinds: Mapping[str, str]
    regulators: Mapping[str, str]
    letters: Mapping[str, Titled]

    def written(self, letter: str, values: Mapping[str, str]) -> str:
        """A letter with its places filled; KeyError for a letter that is not there."""
        known = {**dict.fromkeys(PLACES, ""), "platform": self.platform, **values}
        return _PLACE.sub(lambda found: known.get(found[1], found[0]), self.letters[letter].text)


def parse_letters(data: Any) -> Letters:
    """The file's contents; Invalid with everything that is wrong with it."""
    problems: list[tuple[str, str]] = []

    def complain(field: str, message: str) -> None:
        problems.append((field, message))

    if not isinstance(data, dict):
        raise Invalid(f"应为映射,含 {'、'.join(_FILE)}", field="enquiries")
    check_known(data, _FILE, "", complain)
    kinds, regulators = mapping(data, "kinds", "", complain), mapping(data, "regulators", "", complain)
    for path, named, said in (("kinds", kinds, "称呼"), ("regulators", regulators, "部门名")):
        for kind, name in named.items():
            if kind not in CREDENTIAL_KINDS or not isinstance(name, str) or not name:
                complain(f"{path}.{kind}", f"应为资质种类 → {said}。种类:{'、'.join(CREDENTIAL_KINDS)}")
    made = Letters(
        int(number(data, "due_days", "", complain, 1, 365, 10)),
        int(number(data, "remind_days", "", complain, 0, 60, 2)),
        text(data, "platform", "", complain),
        _titled(mapping(data, "how", "", complain), "how", complain),
        {str(kind): str(name) for kind, name in kinds.items()},
        {str(kind): str(name) for kind, name in regulators.items()},
        _titled(mapping(data, "letters", "", complain), "letters", complain),
    )
    for name, letter in made.letters.items():
        for place in _PLACE.findall(letter.text):
            if place not in PLACES:
                complain(f"letters.{name}.text", f"没有 {{{place}}}。可用:{'、'.join(PLACES)}")
    for name, listed in (("how", made.how), ("letters", made.letters)):
        if not listed:
            complain(name, "至少要有一种")
    if problems:
        told = "\n".join(f"  {at}:{what}" for at, what in problems)
        raise Invalid(f"{len(problems)} 处:\n{told}", field="enquiries")
    return made


def _titled(data: Mapping[Any, Any], path: str, complain: Any) -> dict[str, Titled]:
    found = {}
    for name, given in data.items():
        where = f"{path}.{name}"
        entry = given if isinstance(given, dict) else {}
        known = ("title", "title_en", "text") if path == "letters" else ("title", "title_en")
        check_known(entry, known, where, complain)
        found[str(name)] = Titled(
            text(entry, "title", where, complain), text(entry, "title_en", where, complain),
            text(entry, "text", where, complain) if path == "letters" else "",
        )  # fmt: skip
    return found


LETTERS = DataFile("mingjian.governance", "enquiries.yaml", "函询文件", parse_letters)
