"""Run a rule's own examples: they are its tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mingjian.core.engine.check import Engine
from mingjian.core.engine.options import Options
from mingjian.core.model.item import Item, Part, Publisher
from mingjian.core.model.rule import Example, Rule


def item_of(example: Example, code: str) -> Item:
    """The item an example describes."""
    context = dict(example.context)
    return Item(
        id=code,
        parts=(Part(example.text, context.get("role", "body")),),
        publisher=Publisher(kind=context.get("publisher")),
        channel=context.get("channel"),
        platform=context.get("platform"),
        nature=context.get("nature"),
        domain=context.get("domain"),
        facts=context.get("facts") or {},
    )


def try_examples(engine: Engine, rule: Rule, as_of: date) -> Iterator[str]:
    """A line for every example that does not behave: a bad one must be found at exactly its marked spans,
    a good one must not be found at all."""
    # Selection is by the beginning of a code: rules whose codes merely begin with this one stay out.
    longer = tuple(r.code for r in engine.compiled.rules if r.code.startswith(rule.code) and r.code != rule.code)
    for kind, examples in (("bad", rule.bad), ("good", rule.good)):
        for number, example in enumerate(examples):
            day = date.fromisoformat(str(example.context["as_of"])) if "as_of" in example.context else as_of
            options = Options(as_of=day, force_as_of=True, preview=True, select=(rule.code,), ignore=longer)
            verdict = engine.check([item_of(example, rule.code)], options)[0]
            found = [(f.start, f.end) for f in verdict.findings if f.code == rule.code]
            if found != list(example.spans if kind == "bad" else ()):
                quotes = "、".join(example.text[a:b] for a, b in found) or "nothing"
                yield (
                    f"{rule.code} {kind}[{number}]: found {quotes} in “{example.text}” "
                    f"(nature {verdict.nature.value}/{verdict.nature.source}, domain {verdict.domain.value})"
                )
