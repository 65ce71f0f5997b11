"""Statements of reasons for the person concerned: facts, law, evidence, measure, how to appeal."""
