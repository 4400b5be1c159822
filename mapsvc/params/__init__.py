"""From the words of an address to a search, strictly, and back to one canonical address."""
