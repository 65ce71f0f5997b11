"""Policies: read, evaluated, staged, applied, tried, and stopped when they run wild."""
