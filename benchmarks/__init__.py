"""Measures what the program promises about time and memory; README.md has method and figures."""
