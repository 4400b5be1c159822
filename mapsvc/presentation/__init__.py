"""Public rows as readers see them, in their language: labels, cards, results, sheets."""
