"""Policies as the store keeps them: versions, rule states, what was hit, results of trials."""
