"""Measured accuracy: recall, false positives and citations over labelled cases."""

from mingjian.core.accuracy.evaluate import Case, Evaluation, Lawful, Share, evaluate

__all__ = ["Case", "Evaluation", "Lawful", "Share", "evaluate"]
