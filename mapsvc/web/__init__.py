"""The pages, one module an audience."""
