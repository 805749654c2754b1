"""Counterfoil posts a law practice's documents to Xero: one way, to the cent, exactly once."""
