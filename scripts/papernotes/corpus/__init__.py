"""The only readers of docs/ and papers/."""
