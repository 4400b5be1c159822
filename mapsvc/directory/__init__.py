"""The public read model: what is near, what is in view, how many of each, without touching the database."""
