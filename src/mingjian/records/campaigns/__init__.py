"""Campaigns in the store."""
