"""Duties: what the desk does by itself, in threads of the serving process."""
