"""Official look-ups of credentials: what was asked, what was answered, on what evidence."""
