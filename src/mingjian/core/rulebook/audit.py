"""Rules about rules: what every rule must be, beyond being well formed. Run in the test suite."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from importlib import import_module
from typing import Any

from mingjian.core.model.rule import Rule
from mingjian.core.rulebook.errors import Problem
from mingjian.core.rulebook.lawbook import Lawbook
from mingjian.core.rulebook.load import Sources

# The standard library's own parser of patterns; its modules have no types.
sre: Any = import_module("re._constants")
sre_parser: Any = import_module("re._parser")

MIN_EXAMPLES = 2
MAX_REPEAT = 40  # of one gap in a pattern
MAX_PATHS = 50_000  # ways one starting point can be tried: the product of a pattern's gaps
PLACEHOLDER = re.compile(r"(?<!\?P)<([a-z_]+)>")


def audit(sources: Sources, as_of: date) -> list[Problem]:
    """Everything that is wrong with the rulebook as of a day, by file."""
    lawbook = Lawbook(sources.instruments)
    lexicons = {lexicon.name for lexicon in sources.lexicons}
    monitoring = set(sources.monitoring.get("codes", {}))
    problems = [
        Problem("parallel.yaml", family, f"{ref} dangles")
        for family, by_domain in sources.parallel.items()
        for refs in by_domain.values()
        for ref in refs
        if ref not in lawbook
    ]
    problems += [
        Problem(path, field, f"{ref} dangles") for path, field, ref in _catalogue_refs(sources) if ref not in lawbook
    ]
    for rule in sources.rules:
        for field, message in _audit_rule(rule, lawbook, lexicons, monitoring, as_of):
            problems.append(Problem(rule.path, field, message))
    return problems


def _catalogue_refs(sources: Sources) -> Iterator[tuple[str, str, str]]:
    """What procedures and their devices and drugs cite."""
    for procedure in sources.catalogue.procedures.values():
        for ref in (*procedure.cites, *filter(None, (procedure.unapproved,))):
            yield f"procedures/{procedure.section}.yaml", procedure.code, ref
    for need in sources.catalogue.needs.values():
        for ref in need.cites:
            yield "procedures/needs.yaml", need.code, ref


def _audit_rule(
    rule: Rule, lawbook: Lawbook, lexicons: set[str], monitoring: set[str], as_of: date
) -> Iterator[tuple[str, str]]:
    if rule.path.rsplit("/", 1)[-1] != f"{rule.code}.yaml":
        yield "code", f"{rule.code} is not the name of its file"
    for ref in rule.cites:
        if ref not in lawbook:
            yield "cites", f"{ref} dangles"
    if rule.status == "stable" and not any(lawbook.cite(ref, as_of) for ref in rule.cites):
        yield "cites", f"none of {', '.join(rule.cites)} is in force on {as_of}"
    if rule.status == "stable":
        for kind, examples in (("bad", rule.bad), ("good", rule.good)):
            if len(examples) < MIN_EXAMPLES:
                yield f"examples.{kind}", f"a stable rule has at least {MIN_EXAMPLES}"
    if not rule.suggest:
        yield "suggest", "says nothing a writer could do instead"
    for field, text in (("message", rule.message), ("why", rule.why), *(("suggest", s) for s in rule.suggest)):
        if text.count("“") != text.count("”"):
            yield field, f"unbalanced quotes in {text!r} (a comma cuts a flow list: quote the sentence)"
    for code in rule.monitoring.values():
        if code not in monitoring:
            yield "monitoring", f"no monitoring code {code}"
    for name in _named_lexicons(rule.match):
        if name not in lexicons:
            yield "match", f"no lexicon is called {name}"
    for word in _words(rule.match):
        if len(word) < 2:
            yield "match", f"{word!r}: a single character is in every other sentence"
    for regex in _regexes(rule.match):
        for message in unbounded(PLACEHOLDER.sub("x", regex)):
            yield "match.regex", message


def _parts(match: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield match
    for key in ("when", "near", "without", "missing"):
        if isinstance(match.get(key), dict):
            yield from _parts(match[key])


def _named_lexicons(match: Mapping[str, Any]) -> Iterator[str]:
    for part in _parts(match):
        yield from part.get("lexicons") or ()
        for slot in part.get("slots") or ():
            if slot[0] not in "@=":
                yield from slot.removesuffix("?").split("|")


def _words(match: Mapping[str, Any]) -> Iterator[str]:
    for part in _parts(match):
        yield from map(str, part.get("words") or ())
        for slot in part.get("slots") or ():
            if slot[0] == "=":
                yield from slot[1:].removesuffix("?").split("|")


def _regexes(match: Mapping[str, Any]) -> Iterator[str]:
    for part in _parts(match):
        if part.get("regex"):
            yield str(part["regex"])


def unbounded(regex: str) -> Iterator[str]:
    """Why a pattern could take more than a bounded number of steps from one starting point, if it could.

    Every repeat is bounded, repeats do not nest, and the ways through the gaps are counted and limited;
    sentences are at most 240 characters. So no text makes a pattern catastrophic, by construction.
    """
    complaints: list[str] = []
    paths = _paths(sre_parser.parse(regex), False, complaints)
    yield from dict.fromkeys(complaints)
    if paths > MAX_PATHS:
        yield f"{paths} ways to try one starting point; at most {MAX_PATHS}"


def _paths(nodes: Any, repeated: bool, complaints: list[str]) -> int:
    """Ways through a sequence: gaps multiply, alternatives add up."""
    total = 1
    for kind, value in nodes:
        if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            low, high, inner = value
            if high is sre.MAXREPEAT or high > MAX_REPEAT:
                complaints.append(f"a repeat without a bound of at most {MAX_REPEAT}")
                continue
            if repeated and high > 1:
                complaints.append("a repeat inside a repeat")
            total *= (int(high) - int(low) + 1) * _paths(inner, repeated or high > 1, complaints)
        elif kind is sre.SUBPATTERN:
            total *= _paths(value[3], repeated, complaints)
        elif kind is sre.BRANCH:
            total *= max(sum(_paths(branch, repeated, complaints) - 1 for branch in value[1]), 1)
        elif kind in (sre.ASSERT, sre.ASSERT_NOT):
            total *= _paths(value[1], repeated, complaints)
        elif kind in (sre.GROUPREF, sre.GROUPREF_EXISTS):
            complaints.append("a back-reference")
    return total
