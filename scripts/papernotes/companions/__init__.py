"""Companions: run them within bounds, recompute ledger values, draw figures."""
