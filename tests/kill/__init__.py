"""The real process, killed for real: documents go to Xero through one kill -9 after another.

Nothing is played but the time of day: commands run with the machine's clock set ahead, and the
sandbox's clock goes with them, because what was sent without an answer is looked up minutes later.
"""
