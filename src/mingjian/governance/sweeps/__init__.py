"""Sweeps: a frozen policy over everything that was published, counted first, then carried out in stages."""
