"""Fingerprints of pictures and clips that outlive edits, and the search among them."""
