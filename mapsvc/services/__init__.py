"""The verbs: each checks, loads, acts, publishes and commits once."""
