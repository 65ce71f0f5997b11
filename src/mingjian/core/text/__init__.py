"""Original text → views that can be searched, with maps back to the original characters.

tables    the one folding table
views     folded, squeezed and sounded readings of a batch of texts, all at once, and where sentences end
spelling  how a name is written to hide it (build time)
numbers   extractors: money, percentages, durations, counts, contacts
prints    fingerprints by which texts that share a passage find each other
"""

from mingjian.core.text.views import Batch, normalise

__all__ = ["Batch", "normalise"]
