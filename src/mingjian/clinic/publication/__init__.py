"""Publication: drafts go up three levels, are sealed, and are compared with what was published."""
