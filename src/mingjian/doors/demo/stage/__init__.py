"""Staged live rooms: scripts with their truth, as moments (fast) and as files to play."""
