"""Engagement that was pushed and alarms raised about it, as the store keeps them."""
