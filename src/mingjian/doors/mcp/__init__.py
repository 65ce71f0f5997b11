"""The tools that writing agents use before they publish (Model Context Protocol)."""
