"""What is spoken of: the domain an item belongs to, from the words of the field in it."""

from __future__ import annotations

from collections.abc import Iterable

from mingjian.core.engine.passage import Document
from mingjian.core.engine.vocabulary import Lexemes
from mingjian.core.model.verdict import Domain

# Where an item speaks of several, the narrower one binds: a wrinkle injection is medical aesthetics even
# though it names a drug; a food that names diseases stays a food (that is what article 17 is about).
GOODS = ("health_food", "cosmetics", "other")
PRIORITY = ("medical_aesthetics", "dental", "health_food", "cosmetics", "drug", "device", "medical", "other")


def find_domain(lexemes: Lexemes, documents: Iterable[Document], stated: str | None) -> Domain:
    """The stated domain, or the one most words speak for."""
    if stated is not None:
        return Domain(stated, "stated")
    votes: dict[str, int] = {}
    seen: set[tuple[str, int]] = set()
    domains = lexemes.domains
    for document in documents:
        if not document.mask & lexemes.domain_mask:
            continue
        for hit in document.hits:
            domain = domains[hit.lexicon]
            if domain is not None and (domain, hit.word) not in seen:
                seen.add((domain, hit.word))
                votes[domain] = votes.get(domain, 0) + 1
    if not votes:
        return Domain("other", "presumed")
    best = max(votes, key=lambda name: (votes[name] * (1.5 if name != "medical" else 1), -PRIORITY.index(name)))
    return Domain(best, "lexicon")
