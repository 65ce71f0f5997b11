"""A desk with something to see: invented publishers, notes and a few weeks of work on them."""
