"""Policy as data: which findings and facts lead to what, tried before it binds, and the brake on what runs wild."""
