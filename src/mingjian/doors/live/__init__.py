"""Live rooms as they run: feeds and streams taken in, written down, judged, and told to the desk."""
