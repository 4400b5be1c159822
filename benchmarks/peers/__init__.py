"""The same questions asked of the directory and of what one would take instead."""
