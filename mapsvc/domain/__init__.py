"""The nouns of the directory and their pure rules."""
