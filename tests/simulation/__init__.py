"""A whole firm, its workers, the network and Xero on one simulated clock: one seed, one story.

The planner, the poster, the decisions and the store are the real ones, and so is the sandbox; only
time, the network and the deaths of processes are played. Everything runs in one thread: greenlets
stand for processes and are switched where a real machine could switch, at the calls of the outbox
port, at sends and at sleeps.
"""
