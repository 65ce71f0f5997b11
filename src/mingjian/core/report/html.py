"""One self-contained page to hand to a manager: no request leaves it, and everything is escaped."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache, partial
from importlib import resources

from jinja2 import DictLoader, Environment, StrictUndefined, Template, select_autoescape
from markupsafe import Markup

from mingjian.core.model import Finding, Item, Verdict
from mingjian.core.report import charts
from mingjian.core.report.cites import cite_labels, cite_line, disguise_note, parallel_labels, penalties
from mingjian.core.report.gallery import BUDGET, Gallery, gallery
from mingjian.core.report.labels import label, say
from mingjian.core.report.media import Placed, Region, long_place, regions, shown_place, span
from mingjian.core.report.model import (
    MediaView,
    Position,
    Positions,
    Report,
    gravity,
    is_error,
    ordered,
    source_of,
)
from mingjian.core.report.spans import Run, runs
from mingjian.core.report.text import words_line
from mingjian.core.report.visible import visible

_STYLES = ("page.css", "media.css")
_FILES = ("page.html", "item.html", "card.html", "charts.html", "media.html", *_STYLES, "page.js")


@dataclass(frozen=True, slots=True)
class Card:
    """One finding as the page shows it."""

    anchor: str
    number: int
    finding: Finding
    place: Position
    regions: tuple[Region, ...]
    where: str
    law: tuple[str, ...]
    labels: tuple[str, ...]
    parallel: str
    penalty: str
    disguise: str | None
    words: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A run of text with the cards it belongs to; the colour is that of the gravest."""

    run: Run
    cards: tuple[Card, ...]
    severity: str


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of an item with its marks."""

    role: str
    where: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item with findings. ``layout`` says where its pictures stand: ``side`` (before the cards), ``top`` (over
    all: what runs in time) or ``below`` (after the words of a document)."""

    anchor: str
    item: Item
    verdict: Verdict
    source: str
    parts: tuple[PartView, ...]
    cards: tuple[Card, ...]
    gallery: Gallery | None
    layout: str

    @property
    def line(self) -> int | None:
        """The line of the source to name; a picture has none."""
        return self.item.line if any(not part.places for part in self.item.parts) else None


def _card(positions: Positions, anchor: str, number: int, finding: Finding, lang: str) -> Card:
    found = regions(positions.item, finding)
    return Card(
        anchor=f"{anchor}f{number}",
        number=number,
        finding=finding,
        place=positions.of(finding),
        regions=found,
        where=long_place(found, lang),
        law=tuple(cite_line(c, lang) for c in finding.citations) or finding.cites,
        labels=tuple(cite_labels(finding)),
        parallel=label("ui", "sep", lang).join(parallel_labels(finding)),
        penalty="; ".join(penalties(finding)),
        disguise=disguise_note(finding, lang),
        words=words_line(finding, lang) if finding.words else "",
    )


def item_view(
    number: int, item: Item, verdict: Verdict, lang: str, media: MediaView | None = None, budget: int = BUDGET
) -> ItemView:
    """Lay out one item: its parts cut into marked runs, its cards in reading order, its pictures with boxes in at
    most ``budget`` bytes."""
    anchor, positions = f"i{number}", Positions(item)
    cards = tuple(_card(positions, anchor, n, f, lang) for n, f in enumerate(ordered(verdict.findings), 1))
    parts = []
    for index, part in enumerate(item.parts):
        own = [c for c in cards if c.finding.part == index]
        marks = []
        for run in runs(part.text, [(c.finding.start, c.finding.end) for c in own]):
            under = tuple(own[i] for i in run.findings)
            worst = min((c.finding for c in under), key=gravity).severity if under else ""
            marks.append(Mark(run, under, worst))
        stands = span(part.places)
        parts.append(PartView(part.role, shown_place(stands, lang) if stands else "", tuple(marks)))
    finds = [Placed(c.anchor, c.number, c.finding.severity, c.finding.title, c.regions) for c in cards]
    seen = gallery(anchor, item, media, finds, lang, budget)
    layout = "top" if seen and seen.timeline else "below" if seen and seen.kind == "document" else "side"
    return ItemView(anchor, item, verdict, source_of(item), tuple(parts), cards, seen, layout if seen else "")


@cache
def _page() -> tuple[Template, Markup, Markup, str]:
    """The compiled template with its style and script, and the policy that lets only these two run.

    Read-only package data, the same for every report: compiling it once is not shared state."""
    folder = resources.files("mingjian.core.report") / "templates"
    files = {name: (folder / name).read_text(encoding="utf-8") for name in _FILES}
    env = Environment(
        loader=DictLoader(files),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = "\n".join(files[name].strip() for name in _STYLES), files["page.js"].strip()
    policy = (
        f"default-src 'none'; img-src data:; style-src {_digest(style)}; script-src {_digest(script)}; "
        "base-uri 'none'; form-action 'none'"
    )
    return env.get_template("page.html"), Markup(style), Markup(script), policy


def _digest(source: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"


def render(report: Report) -> str:
    """The page. Items without findings are named in a list at the end; only the others are laid out."""
    template, style, script, policy = _page()
    lang, summary = report.options.lang, report.summary
    views, budget = [], BUDGET
    for n, (item, verdict) in enumerate(report.pairs, 1):
        if verdict.findings:
            views.append(view := item_view(n, item, verdict, lang, report.media.get(item.id), budget))
            budget -= view.gallery.size if view.gallery else 0
    bad = summary.verdicts["violation"]
    if bad:
        lead = say("lead_violation", lang, bad=bad, share=max(1, round(100 * bad / summary.items)))
    elif summary.verdicts["needs_evidence"]:
        lead = say("lead_evidence", lang, n=summary.verdicts["needs_evidence"])
    else:
        lead = say("lead_clean", lang)
    page = template.render(
        report=report,
        summary=summary,
        lang=lang,
        policy=policy,
        style=style,
        script=script,
        lead=lead,
        bars=charts.bars(report),
        files=charts.file_bars(report),
        ring=charts.ring(report),
        round=charts.ROUND,
        views=views,
        clean=[(item, verdict) for item, verdict in report.pairs if not verdict.findings],
        sources=sorted({view.source for view in views}),
        t=partial(_furniture, lang),
        label=partial(_label, lang),
        visible=visible,
        is_error=is_error,
    )
    # A lone surrogate cannot be written to a file: show where it stood.
    return page.encode("utf-8", "replace").decode("utf-8")


def _furniture(lang: str, key: str, **values: object) -> str:
    return say(key, lang, **values) if values else label("ui", key, lang)


def _label(lang: str, group: str, key: str) -> str:
    return label(group, key, lang)
