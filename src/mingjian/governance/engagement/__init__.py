"""Engagement that was bought: who acted together, on what, when, and how likely that is by chance."""
