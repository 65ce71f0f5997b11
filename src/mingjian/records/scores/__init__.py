"""Scores and their cards, as the store keeps them."""
