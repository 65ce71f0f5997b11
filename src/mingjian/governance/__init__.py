"""The governing side: what platforms do with what the engine says."""
