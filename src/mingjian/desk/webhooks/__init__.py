"""Telling other systems what happened here: endpoints, and the outbox that the journal fills."""
