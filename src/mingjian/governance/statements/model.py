"""A statement of reasons: sections of paragraphs and labelled rows, ready for text and for a page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled line; ``quote`` is set apart where it holds the person's own words."""

    label: str
    text: str
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """``key`` is one of decision, facts, evidence, law, measures, appeal."""

    key: str
    heading: str
    paragraphs: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """What the person concerned is told of one decision, in one language (zh or en). The same decision in the same
    state gives the same statement."""

    decision: str
    lang: str
    title: str
    addressee: str
    sections: tuple[Section, ...]

    @property
    def text(self) -> str:
        """As plain text, ending with a newline."""
        colon = ": " if self.lang == "en" else ":"
        lines = [self.title, "", self.addressee + colon.rstrip(), ""]
        for section in self.sections:
            lines += [section.heading, *section.paragraphs]
            for row in section.rows:
                quote = "" if row.quote is None else (f" “{row.quote}”" if self.lang == "en" else f"“{row.quote}”")
                lines.append(f"  {row.label}{colon}{row.text}{quote}")
            lines.append("")
        return "\n".join(lines).rstrip() + "\n"
