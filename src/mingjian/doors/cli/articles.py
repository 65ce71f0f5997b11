"""Articles of law by any name people give them: 广告法16.1.1, 《广告法》第十六条, cn.advertising-law/16."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from mingjian.core.model import Instrument, Provision, Rule
from mingjian.core.rulebook.lawbook import Lawbook
from mingjian.doors.cli.failures import Failure, closest

_STATE = "中华人民共和国"
_DIGITS = {char: number for number, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_UNIT = re.compile(r"第?\(?([0-9零〇一二两三四五六七八九十百千]+)\)?(条|款|项|目)(?:之([一二三四五六七八九十]+))?")
_NUMBER = re.compile(r"(?<![0-9.])[0-9]+(?:\.[0-9a-z]+)*$")


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a query named: an instrument, and which of its provisions (all when it named none)."""

    instrument: Instrument
    provisions: tuple[Provision, ...]


def number_of(text: str) -> int:
    """第一百二十三 → 123; digits as they are."""
    if text.isdigit() and text.isascii():
        return int(text)
    total, digit = 0, 0
    for char in text:
        if char in _TENS:
            total += (digit or 1) * _TENS[char]
            digit = 0
        else:
            digit = _DIGITS.get(char, 0)
    return total + digit


def tidy(query: str) -> str:
    """The query without spaces, title marks and full-width forms."""
    folded = unicodedata.normalize("NFKC", query)
    return re.sub(r"[\s《》〈〉「」“”\"']", "", folded)


def units(text: str) -> list[tuple[str, int]]:
    """第十六条第一款第(一)项 → [(条, 16), (款, 1), (项, 1)]."""
    return [(found[2], number_of(found[1])) for found in _UNIT.finditer(unicodedata.normalize("NFKC", text))]


def looks_like_article(query: str) -> bool:
    """Whether a query is rather an article than a rule code."""
    text = tidy(query)
    return "/" in text or bool(re.search("[\u4e00-\u9fff]", text))


def find_article(query: str, book: Lawbook) -> Lookup:
    """What the query names. Failure with what was probably meant when it names nothing, or too much."""
    text = tidy(query)
    exact = _by_label(text, book)
    if exact is not None:
        return exact
    if "/" in text:
        slug, _, wanted = text.partition("/")
        return _in(find_instrument(slug, book), wanted, query)
    first = _UNIT.search(text)
    if first is not None and first[2] == "条":
        name, rest = text[: first.start()], text[first.start() :]
    else:
        tail = _NUMBER.search(text)
        at = tail.start() if tail else len(text)
        name, rest = text[:at].rstrip("§."), text[at:]
    if not name:
        raise Failure(f"没有说是哪部法律的{query.strip()}", _which(rest, book))
    instrument = find_instrument(name, book)
    return _in(instrument, rest, query) if rest else Lookup(instrument, instrument.provisions)


def find_instrument(name: str, book: Lawbook) -> Instrument:
    """An instrument by slug, short or full name, or a part of one that no other has."""
    wanted = tidy(name).removeprefix(_STATE)
    for instrument in book.instruments.values():
        if wanted.casefold() in {each.casefold() for each in _names(instrument)}:
            return instrument
    holding = [i for i in book.instruments.values() if len(wanted) >= 2 and any(wanted in n for n in _names(i))]
    known = {each: i for i in book.instruments.values() for each in _names(i)}
    alike = {known[each].slug for each in get_close_matches(wanted, known, n=3, cutoff=0.6)}
    if len(holding) == 1 and alike <= {holding[0].slug}:  # else it may be a slip of the pen: 广告发
        return holding[0]
    if len(holding) > 1:
        listed = "、".join(f"{i.short}({i.slug})" for i in holding[:8])
        raise Failure(f"“{name}”可指 {len(holding)} 部文件", f"请写明:{listed}")
    near = dict.fromkeys(f"{known[each].short}({known[each].slug})" for each in closest(wanted, known))
    hint = f"是否想写 {'、'.join(near)}?" if near else "全部文件见 mingjian law"
    raise Failure(f"没有收录这部法律文件:{name}", hint)


def citing(rules: Iterable[Rule], instrument: Instrument, provisions: Iterable[Provision]) -> list[Rule]:
    """The rules that cite any of the provisions."""
    refs = {f"{instrument.slug}/{provision.id}" for provision in provisions}
    return [rule for rule in rules if refs.intersection(rule.cites)]


def _names(instrument: Instrument) -> list[str]:
    names = (instrument.short, instrument.name.removeprefix(_STATE), instrument.slug)
    return [tidy(name) for name in names] + [instrument.slug.split(".", 1)[-1]]


def _in(instrument: Instrument, wanted: str, query: str) -> Lookup:
    asked = units(wanted)
    found = [p for p in instrument.provisions if _fits(p, wanted, asked)]
    if not found:
        ids = [f"{instrument.short}{p.id}" for p in instrument.provisions]
        near = closest(f"{instrument.short}{'.'.join(str(n) for _, n in asked) or wanted}", ids)
        hint = f"是否想写 {'、'.join(near)}?" if near else None
        raise Failure(f"{instrument.short}里没有收录这一条:{query.strip()}",
                      f"{hint or ''}已收录的条款见 mingjian law {instrument.slug}")  # fmt: skip
    return Lookup(instrument, tuple(found))


def _fits(provision: Provision, wanted: str, asked: list[tuple[str, int]]) -> bool:
    if not asked:
        return provision.id == wanted or provision.id.startswith(f"{wanted}.")
    own = units(provision.article)
    if own[: len(asked)] == asked:
        return True

    # 第九条第三项 may leave out the only paragraph, or name it where the data does not.
    def bare(found: list[tuple[str, int]]) -> list[tuple[str, int]]:
        return [unit for unit in found if unit != ("款", 1)]

    return len(asked) > 1 and asked[-1][0] == "项" and bare(own)[: len(bare(asked))] == bare(asked)


def _by_label(text: str, book: Lawbook) -> Lookup | None:
    """The provisions whose printed label or reference is the text, or goes on from it after a stop."""
    wanted = text.casefold()
    for instrument in book.instruments.values():
        for name in (*_names(instrument), f"{instrument.slug}/"):
            head = name.casefold()
            if wanted.startswith(head) and len(wanted) > len(head):
                rest = wanted[len(head) :]
                ids = [(p, p.id.casefold()) for p in instrument.provisions]
                found = tuple(p for p, own in ids if own == rest or own.startswith(f"{rest}."))
                if found:
                    return Lookup(instrument, found)
    return None


def _which(rest: str, book: Lawbook) -> str:
    asked = units(rest)
    named = [
        f"{i.short}{rest}"
        for i in book.instruments.values()
        if i.level in ("law", "regulation", "rule") and any(_fits(p, rest, asked) for p in i.provisions)
    ]
    listed = "、".join(named[:6])
    return f"请写明法律名称,如 {listed}" if named else "请写明法律名称,如 广告法16.1.1"
