"""Who everybody is: entities, their credentials, and what joins them, each with the days it holds."""
