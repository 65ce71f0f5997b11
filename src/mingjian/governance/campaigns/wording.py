"""An announcement in words, from its sealed content: the same for the page, the files and the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mingjian.core.report.labels import GROUPS, label
from mingjian.governance.campaigns import announce_words as words
from mingjian.governance.campaigns.announcing import command

ALWAYS = ("swept", "items_dealt", "appeals", "appeals_granted", "withdrawn")
"""Figures that are told even when they are zero."""


@dataclass(frozen=True, slots=True)
class Said:
    """A figure as people read it. ``standing`` is None where nothing can be taken back."""

    name: str
    title: str
    number: int
    standing: int | None
    definition: str
    unit: str
    list: str


@dataclass(frozen=True, slots=True)
class Worded:
    """An announcement in one language. ``measured`` is the table of both samples with its heads, empty where nothing
    was measured; ``outcome`` what it says."""

    id: str
    lang: str
    title: str
    paragraphs: tuple[str, ...]
    figures: tuple[Said, ...]
    measured_heads: tuple[str, ...]
    measured: tuple[tuple[str, ...], ...]
    outcome: tuple[str, ...]
    appeal: str
    again: str
    command: str
    seal: str


def worded(id: str, seal: str, content: Mapping[str, Any], lang: str = "zh") -> Worded:
    """The announcement ``id`` in Chinese or (``en``) English."""
    en = lang == "en"
    again = command(content["campaign"], content["batch"], content["counted_to"])
    heads, rows, outcome = _measured(content["prevalence"], en)
    return Worded(
        id, lang, words.TITLE[en].format(title=content["title"], batch=content["batch"]), _paragraphs(content, en),
        _figures(content["figures"], en), heads, rows, outcome, words.APPEAL[en],
        words.AGAIN[en].format(seq=content["counted_to"], head=content["head"][:16] + "…", seal=seal, command=again),
        again, seal,
    )  # fmt: skip


def _paragraphs(content: Mapping[str, Any], en: bool) -> tuple[str, ...]:
    end = words.UNTIL[en].format(until=content["until"]) if content["until"] else words.ONWARD[en]
    told = {name: content[name] for name in ("since", "title", "batch", "first", "last", "as_of")}
    paragraphs = [words.OPENING[en].format(until=end, **told), words.PURPOSE[en].format(purpose=content["purpose"])]
    if content["policy"]:
        paragraphs.append(words.POLICY[en].format(policy=content["policy"]))
    if content["scope"]:
        comma, semicolon = (", ", "; ") if en else ("、", ";")
        scope = semicolon.join(
            f"{words.SCOPES[name][en]} {comma.join(_word(content, name, one, en) for one in listed)}"
            for name, listed in content["scope"].items()
            if name in words.SCOPES
        )
        paragraphs.append(words.SCOPE[en].format(scope=scope))
    return tuple(paragraphs)


def _word(content: Mapping[str, Any], field: str, word: str, en: bool) -> str:
    """A word of the scope for people: platforms by the names sealed with it."""
    if field == "platforms" and not en:
        return str(content.get("platforms", {}).get(word, word))
    if field == "kinds" and word in words.KINDS:
        return words.KINDS[word][en]
    group = {"publisher_kinds": "publisher_kind", "channels": "channel", "domains": "domain"}.get(field)
    return label(group, word, "en" if en else "zh") if group in GROUPS else word


def _figures(figures: Sequence[Mapping[str, Any]], en: bool) -> tuple[Said, ...]:
    tail = "_en" if en else ""
    return tuple(
        Said(one["name"], one[f"title{tail}"], one["number"],
             one["standing"] if one["of"] in ("act", "holder") else None,
             one[f"definition{tail}"], one[f"unit{tail}"], one["list"])
        for one in figures if one["number"] or one["name"] in ALWAYS
    )  # fmt: skip


Table = tuple[tuple[str, ...], tuple[tuple[str, ...], ...], tuple[str, ...]]


def _measured(told: Mapping[str, Any] | None, en: bool) -> Table:
    if told is None:
        return (), (), ()
    level = f"{told['level'] * 100:g}%"
    heads = tuple(one.format(level=level) for one in words.SIDE_HEADS[en])
    rows = tuple(
        (words.SIDES[side][en], one["as_of"], f"{one['size']:,}", f"{one['drawn']:,}", f"{one['labelled']:,}",
         f"{one['violating']:,}", percent(one["share"][0]), f"{percent(one['share'][1])} – {percent(one['share'][2])}")
        for side in ("before", "after") if (one := told["sides"].get(side)) is not None
    )  # fmt: skip
    outcome = [words.MEASURED[en]]
    if told["fall"] is not None and told["fell"] is not None:
        value, low, high = (f"{one * 100:.2f}" for one in told["fall"])
        outcome.append(words.FALL[told["fell"]][en].format(value=value, low=low, high=high, level=level))
    if not told["complete"]:
        outcome.append(words.PARTLY[en])
    corrected = {side: one["corrected"] for side, one in told["sides"].items() if one["corrected"] is not None}
    if corrected and told["sensitivity"] and told["specificity"]:
        sides = (", " if en else ",").join(
            words.ONE_ENGINE[en].format(side=words.SIDES[side][en], value=percent(one[0]), low=percent(one[1]),
                                        high=percent(one[2]))
            for side, one in sorted(corrected.items(), reverse=True)
        )  # fmt: skip
        outcome.append(words.ENGINE[en].format(se=percent(told["sensitivity"][0]), sp=percent(told["specificity"][0]),
                                               sides=sides))  # fmt: skip
    outcome.append(words.METHOD[en])
    return heads, rows, tuple(outcome)


def percent(share: float | None) -> str:
    """A share with two places: 2.35%."""
    return "—" if share is None else f"{share * 100:.2f}%"
