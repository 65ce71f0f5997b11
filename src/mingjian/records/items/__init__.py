"""Items as the desk keeps them: what was submitted, how it was judged, where it stands."""
