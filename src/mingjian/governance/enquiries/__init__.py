"""Letters to a regulator and what came of them."""
