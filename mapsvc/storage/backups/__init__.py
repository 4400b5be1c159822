"""Backups as files: their names, what is in them, how they are encrypted, and the list of what was erased."""
