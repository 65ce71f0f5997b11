"""Scorecards: scores as data, exact to the last digit, each explaining itself."""
