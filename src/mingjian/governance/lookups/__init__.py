"""Official look-ups: asked durably, answered once."""
