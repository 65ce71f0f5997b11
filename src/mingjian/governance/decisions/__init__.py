"""Decisions: what follows from findings or a review, on what law, by which policy, and how it is taken back."""
