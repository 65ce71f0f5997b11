"""How well the reviewing is done: samples, golden items, agreement, scorecards."""
