"""How grave it is that what was published differs from what was approved, as data says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from mingjian.clinic.publication.differing import Change, differences, normal
from mingjian.clinic.publication.model import Judged, Published
from mingjian.core.model import SEVERITIES
from mingjian.desk.deployed import DataFile

_GRADED = ("case_from", "missing_notice", "new_violation", "changed_nature", "media")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of change: what either side matches, read with ``around`` characters beside it."""

    name: str
    severity: str
    title: str
    title_en: str
    touches: re.Pattern[str]
    around: int


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs. ``kind`` is a kind of change, or missing_notice, new_violation, media; ``title`` says
    it for people."""

    kind: str
    severity: str
    title: str
    title_en: str
    before: str = ""
    after: str = ""
    left: str = ""
    right: str = ""

    def as_dict(self) -> dict[str, str]:
        """For keeping."""
        return asdict(self)


def parse_drift(data: Any) -> tuple[tuple[Kind, ...], Mapping[str, str]]:
    """Kinds of change, and how grave the rest is. ValueError names what is no severity."""
    data = dict(data)
    kinds = tuple(
        Kind(one["name"], one["severity"], one["title"], one["title_en"], re.compile(one["touches"]),
             int(one.get("around", 0)))
        for one in data.pop("changes")
    )  # fmt: skip
    wrong = [one.name for one in kinds if one.severity not in SEVERITIES]
    wrong += [name for name in _GRADED if data.get(name) not in SEVERITIES]
    if wrong or data.keys() - set(_GRADED):
        raise ValueError(f"{'、'.join([*wrong, *sorted(data.keys() - set(_GRADED))])}")
    return kinds, data


DRIFT = DataFile("mingjian.clinic", "drift.yaml", "漂移文件", parse_drift)


def case_from() -> str:
    """From which severity on the publicity office gets a case."""
    return DRIFT.current()[1]["case_from"]


def gravest(found: Sequence[Difference]) -> str | None:
    """The gravest severity among them."""
    return max((one.severity for one in found), key=SEVERITIES.index, default=None)


@dataclass(frozen=True, slots=True)
class Sides:
    """What the engine says of both texts, by the same rulebook: in the setting that was approved, and (``free``)
    without being told the nature, so that a note that became an advertisement is seen."""

    approved: Judged
    seen: Judged
    approved_free: Judged
    seen_free: Judged


def compare(content: Mapping[str, Any], published: Published, sides: Sides) -> list[Difference]:
    """What differs between the approved ``content`` and what was published, the gravest first."""
    title, body = (part["text"] for part in content["parts"][:2])
    found = _words(title, body, published)
    if found:
        found += _notices(sides.approved, sides.seen) + _violations(sides) + _nature(sides)
    found += _media(content, published)
    return sorted(found, key=lambda one: -SEVERITIES.index(one.severity))


def _texts(title: str, body: str, published: Published) -> tuple[str, str]:
    """Both sides, normal. Platforms hand a text out with or without its title."""
    if published.title:
        return normal(f"{title}\n{body}"), normal(f"{published.title}\n{published.text}")
    text = normal(published.text)
    whole, alone = normal(f"{title}\n{body}"), normal(body)
    headed = bool(normal(title)) and text.startswith(normal(title)[:4])
    return (whole, text) if text == whole or (headed and text != alone) else (alone, text)


def _words(title: str, body: str, published: Published) -> list[Difference]:
    approved, seen = _texts(title, body, published)
    return [_graded(change, approved) for change in differences(approved, seen)] if approved != seen else []


def _graded(change: Change, approved: str) -> Difference:
    for kind in DRIFT.current()[0]:
        before = approved[max(0, change.at - kind.around) : change.at + len(change.before) + kind.around]
        left = change.left[len(change.left) - kind.around :] if kind.around else ""
        after = left + change.after + change.right[: kind.around]
        # A side where nothing stood says nothing of what stands round it.
        sides = [side for side, own in ((before, change.before), (after, change.after)) if own]
        if any(kind.touches.search(side) for side in sides):
            return Difference(kind.name, kind.severity, kind.title, kind.title_en, change.before, change.after,
                              change.left, change.right)  # fmt: skip
    raise AssertionError("the last kind of change matches everything")


def _notices(approved: Judged, seen: Judged) -> list[Difference]:
    there = {due.notice.name for due in seen.notices if due.met}
    grave = DRIFT.current()[1]["missing_notice"]
    return [
        Difference("missing_notice", grave, f"缺少:{due.notice.title}", f"Missing: {due.notice.title_en}",
                   before=due.notice.text)
        for due in approved.notices
        if due.met and due.notice.name not in there
    ]  # fmt: skip


def _violations(sides: Sides) -> list[Difference]:
    known = {_named(finding) for side in (sides.approved, sides.approved_free) for finding in side.violations}
    new = {_named(finding): finding for side in (sides.seen, sides.seen_free) for finding in side.violations}
    grave = DRIFT.current()[1]["new_violation"]
    return [
        Difference("new_violation", grave, f"新的违规:{finding['title']}", f"New violation: {finding['title']}",
                   after=finding["quote"])
        for name, finding in new.items()
        if name not in known
    ]  # fmt: skip


def _named(finding: Mapping[str, Any]) -> tuple[str, str]:
    return str(finding["code"]), normal(str(finding["quote"]))


def _nature(sides: Sides) -> list[Difference]:
    before, after = (side.verdict["nature"]["value"] for side in (sides.approved_free, sides.seen_free))
    if before == after or after != "advertisement":
        return []
    grave = DRIFT.current()[1]["changed_nature"]
    return [
        Difference("changed_nature", grave, "发布内容成了广告", "It became an advertisement", str(before), str(after))
    ]


def _media(content: Mapping[str, Any], published: Published) -> list[Difference]:
    if published.media is None:
        return []
    approved = {file["digest"]: file["name"] for file in content["media"]}
    grave = DRIFT.current()[1]["media"]
    gone = [name for digest, name in approved.items() if digest not in published.media]
    new = [digest for digest in published.media if digest not in approved]
    return [Difference("media", grave, "图片或视频缺少", "Picture or clip missing", before=name) for name in gone] + [
        Difference("media", grave, "多出图片或视频", "Picture or clip added", after=digest[:12]) for digest in new
    ]
