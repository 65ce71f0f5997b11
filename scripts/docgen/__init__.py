"""The generated pages of docs/, one module a kind. ``scripts/build_docs.py`` writes or compares them."""
