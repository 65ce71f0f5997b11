"""Recording: what happened, in an order nobody can change unseen. No judgement and no web in here."""
