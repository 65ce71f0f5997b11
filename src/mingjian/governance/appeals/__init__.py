"""Appeals: lodged in time, answered by somebody else, and what follows when they succeed."""
