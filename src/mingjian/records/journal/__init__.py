"""The system's own book: append only, chained by SHA-256; what the desk shows is folded from it."""
