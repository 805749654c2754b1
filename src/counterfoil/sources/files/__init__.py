"""Documents in files: JSON Lines and CSV."""
