"""People and programs as the store keeps them: accounts, sessions, keys, and who looked at what."""
