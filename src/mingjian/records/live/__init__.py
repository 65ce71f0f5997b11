"""Live rooms as the desk keeps them: rooms, gaps, incidents, acts, code words."""
