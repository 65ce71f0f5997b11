"""Live rooms: opened, judged while they run, acted on in time, kept as evidence."""
