"""Decisions, the actions that carry them out, and the appeals against them, as they are kept."""
