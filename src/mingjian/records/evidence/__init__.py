"""What lets a third party replay and verify, without us."""
