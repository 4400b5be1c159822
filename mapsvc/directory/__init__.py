"""The public read model: what is near, in view, of a kind."""
