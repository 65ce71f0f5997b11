"""docs/lexicons.md: the classes of words, their size and a few of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from docgen.common import anchor, home, page, plain, table
from mingjian.core.model import Rule
from mingjian.core.report.labels import label
from mingjian.core.rulebook.lexicon import Lexicon
from mingjian.core.rulebook.load import Sources

SHOWN = 5
USERS = 6


def pages(sources: Sources) -> Iterator[tuple[str, str]]:
    """(path below docs/, text): one page."""
    users: dict[str, list[Rule]] = defaultdict(list)
    for rule in sorted(sources.rules, key=lambda rule: rule.code):
        for name in _named(rule.match):
            users[name].append(rule)
    books = sorted(sources.lexicons, key=lambda lexicon: lexicon.name)
    names = sum(len(book.terms) for book in books)
    others = sum(len(term.aliases) + len(term.slang) for book in books for term in book.terms)
    yield (
        "lexicons.md",
        page(
            "# 词表",
            "",
            f"{len(books)} 类,{names} 个词,另有 {others} 个别名和行话。"
            "看一类的全部词:`mingjian lexicon 类名`;"
            "词表是 `src/mingjian/core/rulebook/data/lexicons/` 下的文件,一类一个。",
            "",
            "“变体”:同音、拼音、拆字、夹符号等改写也能认出。“行业语境”:出现本类的词,附近的谐音才可信。"
            "“行话”只在句中另有行业用词时才算数。",
            "",
            table(
                ["类", "说明", "词", "别名、行话", "领域", "变体", "行业语境", "例", "用它的规则"],
                (_row(book, users.get(book.name, [])) for book in books),
                right=[2, 3],
            ),
        ),
    )


def _row(book: Lexicon, users: list[Rule]) -> list[object]:
    more = sum(len(term.aliases) + len(term.slang) for term in book.terms)
    links = [f"[{rule.code}](rules/{home(rule)}.md#{anchor(rule.code)})" for rule in users[:USERS]]
    rest = f" 等 {len(users)} 条" if len(users) > USERS else ""
    return [
        f"`{book.name}`",
        plain(book.title),
        len(book.terms),
        more,
        label("domain", book.domain) if book.domain else "",
        "是" if book.variants else "",
        "是" if book.field else "",
        "、".join(plain(term.text) for term in book.terms[:SHOWN]),
        "、".join(links) + rest,
    ]


def _named(match: Any) -> set[str]:
    """Every lexicon a match mentions: lists of names, slots of a claim, and <name> inside a regex."""
    if isinstance(match, dict):
        found = set(match.get("lexicons") or ())
        for slot in match.get("slots") or ():
            if not str(slot).startswith("@"):
                found |= {word for word in str(slot).rstrip("?").split("|") if not word.startswith("=")}
        regex = f"{match.get('regex', '')} {' '.join(map(str, match.get('anchors') or ()))}"
        found |= {piece.split(">", 1)[0] for piece in regex.split("<")[1:] if ">" in piece}
        return found.union(*(_named(value) for value in match.values() if isinstance(value, dict)))
    return set()
