"""Sound: decode it, find where somebody speaks, have it recognised, or read the subtitles that came with it."""
