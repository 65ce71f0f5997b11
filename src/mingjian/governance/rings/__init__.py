"""Rings: accounts joined by reuse, shared marks or lockstep; who, since when, which original, how sure and why."""
