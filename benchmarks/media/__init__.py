"""Generator of test media with known text: posters, screenshots, collages, boards and clips, the same for a seed."""
