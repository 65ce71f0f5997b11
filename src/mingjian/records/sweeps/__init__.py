"""Sweeps over what was published, as the ledger knows them."""
