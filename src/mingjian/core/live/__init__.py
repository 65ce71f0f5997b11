"""What is said, shown and written in a live room, and gaps in it."""
