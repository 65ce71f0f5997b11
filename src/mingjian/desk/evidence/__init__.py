"""Handing out evidence: who may have it, and what of it is covered."""
