"""What is spoken of: the domain an item belongs to, from the words of the field in it."""

from __future__ import annotations

from collections.abc import Sequence

from mingjian.core.model.item import DOMAINS
from mingjian.core.model.verdict import Domain

# Where an item speaks of several, the narrower one binds: a wrinkle injection is medical aesthetics even
# though it names a drug; a food that names diseases stays a food (that is what article 17 is about).
PRIORITY = ("medical_aesthetics", "dental", "health_food", "cosmetics", "drug", "device", "medical", "other")


def find_domain(votes: Sequence[int], stated: str | None) -> Domain:
    """The stated domain, or the one most words speak for; ``votes`` by DOMAINS."""
    if stated is not None:
        return Domain(stated, "stated")
    if not any(votes):
        return Domain("other", "presumed")
    best = max(
        (name for name, count in zip(DOMAINS, votes, strict=True) if count),
        key=lambda name: (votes[DOMAINS.index(name)] * WEIGHT.get(name, NARROW), -PRIORITY.index(name)),
    )
    return Domain(best, "lexicon")


NARROW = 1.5  # diseases and doctors are spoken of everywhere, so a word of any narrower domain weighs more
WEIGHT = {"medical": 1.0}
