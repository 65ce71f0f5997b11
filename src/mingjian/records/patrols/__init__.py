"""Patrols: scheduled re-verification, its runs, its work list and re-screening."""
