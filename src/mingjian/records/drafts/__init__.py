"""Drafts: what is to be published and how its approval stands."""
