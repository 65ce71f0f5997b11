"""What the store keeps of rankings: editions, entrants, rating forms, appeals."""
