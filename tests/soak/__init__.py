"""Reads and writes a running service at the same time, and judges every answer by a ledger."""
