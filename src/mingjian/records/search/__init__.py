"""Finding items by their words: Chinese cut into overlapping pairs of characters, so that any two found."""
