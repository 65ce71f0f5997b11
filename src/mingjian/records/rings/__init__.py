"""Rings as the desk keeps them: found, changed, dismissed, acted on."""
