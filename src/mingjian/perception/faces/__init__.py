"""Faces: find them, follow them through the frames of a clip, make them unrecognisable."""
