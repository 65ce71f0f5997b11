"""Patrols: what is looked at again on a schedule, and what follows."""
