"""Banks' statements as banks export them: CSV and OFX."""
