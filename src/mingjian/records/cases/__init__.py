"""Cases and reviews as the store keeps them."""
