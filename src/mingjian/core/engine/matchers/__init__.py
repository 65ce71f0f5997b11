"""One file per kind of match. A matcher finds spans in a passage and says which words must be there first."""

from mingjian.core.engine.matchers.base import Match, Matcher, WordSet
from mingjian.core.engine.matchers.build import build_matcher

__all__ = ["Match", "Matcher", "WordSet", "build_matcher"]
