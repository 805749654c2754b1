"""Papers for people who keep them: what core has summed up, as PDF and as tables."""
