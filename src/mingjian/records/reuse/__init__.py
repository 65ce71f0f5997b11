"""What looks alike: pairs of items that share a picture, a clip or a text."""
