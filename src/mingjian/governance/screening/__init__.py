"""Screening: items come in, wait durably, and are judged exactly once."""
