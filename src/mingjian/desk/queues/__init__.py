"""Queues as data: what comes to which desk, how urgent it is and how it is reviewed."""
