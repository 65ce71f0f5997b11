"""Which words of the vocabulary a fixed expression needs, so that it is only tried on texts that hold one."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mingjian.core.engine.matchers.anchors import required_groups
from mingjian.core.engine.vocabulary import Vocabulary

ALWAYS = -1  # meets every text


def anchor_masks(prefix: str, patterns: Mapping[str, re.Pattern[str]], vocabulary: Vocabulary) -> dict[str, int]:
    """For each pattern the bits without which it cannot match; ALWAYS where it can match without a word of two
    characters."""
    masks = {}
    for name, pattern in patterns.items():
        groups = required_groups(pattern.pattern)
        if groups:
            masks[name] = 1 << vocabulary.add_words(f"{prefix}#{name}", sorted(groups[0]), anchors=True)
        else:
            masks[name] = ALWAYS
    return masks
