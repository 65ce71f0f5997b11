"""Governance figures: what each counts, counted from the tables and again from the journal."""
