"""``mingjian lexicon``: the classes of words, or the words of one class."""

from __future__ import annotations

from typing import Annotated

import typer

from mingjian.core.report.labels import label
from mingjian.core.rulebook.lexicon import Lexicon, Term
from mingjian.doors import cache
from mingjian.doors.cli.common import Format, Lang, format_of, lang_of, plain
from mingjian.doors.cli.failures import Failure
from mingjian.doors.cli.layout import table
from mingjian.doors.cli.output import put, put_json


def run(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="词库名, 如 procedure_injection。 Name of one lexicon."),
    ] = None,
    find: Annotated[
        str | None,
        typer.Option("--find", metavar="WORD", help="这个词在哪些词库里。 Lexicons that hold a word."),
    ] = None,
    format: Format = "text",
    lang: Lang = None,
) -> None:
    """列出词库;给出词库名则列出其中的词条、别名、行话、例外和属性。

    List the lexicons, or the terms of one with aliases, slang, exceptions and attributes.

    [bold]例 Examples[/bold]

      mingjian lexicon

      mingjian lexicon absolute

      mingjian lexicon --find 热玛吉
    """
    language, as_json = lang_of(lang), format_of(format) == "json"
    lexicons = {lexicon.name: lexicon for lexicon in cache.sources().lexicons}
    if name is not None:
        lexicon = lexicons.get(name) or next((x for x in lexicons.values() if x.title == name), None)
        if lexicon is None:
            raise Failure.unknown("词库", name, lexicons, "全部词库见 mingjian lexicon")
        chosen = [lexicon]
    else:
        chosen = [lexicons[key] for key in sorted(lexicons)]
    if find is not None:
        chosen = [_only(lexicon, find) for lexicon in chosen]
        chosen = [lexicon for lexicon in chosen if lexicon.terms]
        if not chosen:
            raise Failure(f"没有词库收录:{find}", "全部词库见 mingjian lexicon")
    if as_json:
        whole = name is not None or find is not None
        put_json(_dict(chosen[0], True) if name is not None else [_dict(x, whole) for x in chosen])
    elif name is not None or find is not None:
        put("\n\n".join(_text(lexicon, language) for lexicon in chosen))
    else:
        put(_listing(chosen, language))


def _only(lexicon: Lexicon, word: str) -> Lexicon:
    from dataclasses import replace

    low = word.casefold()
    terms = (t for t in lexicon.terms if any(low in w.casefold() for w in (t.text, *t.aliases, *t.slang)))
    return replace(lexicon, terms=tuple(terms))


def _dict(lexicon: Lexicon, whole: bool) -> dict[str, object]:
    data: dict[str, object] = plain(lexicon)
    del data["path"]
    if not whole:
        data["terms"] = len(lexicon.terms)
    return data


def _listing(lexicons: list[Lexicon], lang: str) -> str:
    heads = ("词库", "词条", "领域", "说明") if lang == "zh" else ("lexicon", "terms", "domain", "title")
    rows = [(x.name, str(len(x.terms)), label("domain", x.domain, lang) if x.domain else "", x.title) for x in lexicons]
    total = sum(len(x.terms) for x in lexicons)
    count = f"共 {len(lexicons)} 个词库,{total} 个词条" if lang == "zh" else f"{len(lexicons)} lexicons, {total} terms"
    return f"{table(heads, rows)}{count}\n"


def _text(lexicon: Lexicon, lang: str) -> str:
    tags = [label("domain", lexicon.domain, lang)] if lexicon.domain else []
    if lexicon.variants:
        tags.append("也查变体" if lang == "zh" else "also in disguise")
    lines = [f"{lexicon.name}  {lexicon.title}" + (f"  [{' · '.join(tags)}]" if tags else "")]
    return "\n".join(lines + [f"  {_term(term, lang)}" for term in lexicon.terms])


def _term(term: Term, lang: str) -> str:
    chinese = lang == "zh"
    pieces = [term.text]
    for names, title, english in (
        (term.aliases, "又名", "aliases"), (term.slang, "行话", "slang"), (term.excepts, "除外", "except"),
    ):  # fmt: skip
        if names:
            pieces.append(f"{title if chinese else english}:{'、'.join(names)}")
    if term.attrs:
        pieces.append("; ".join(f"{key}={value}" for key, value in term.attrs.items()))
    return "  ".join(pieces)
