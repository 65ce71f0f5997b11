"""Campaigns: dated undertakings with sweeps, rings, cases and announcements; and what they changed, measured."""
