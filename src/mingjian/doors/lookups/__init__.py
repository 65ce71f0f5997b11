"""The official pages: one small class each, and the one way out to the network."""
