"""Penalty ladders: strikes recounted from decisions in force, and the step they reach."""
