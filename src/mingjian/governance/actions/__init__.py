"""Actions: the measures there are, what is in force now, and the terms that run out."""
