"""Real processes among real faults: server, workers, database and sandbox, hit at random.

``python -m tests.chaos`` plays a round on each database and records what came of it. What stands in
the sandbox's books at the end is held against the documents; the product's own tables only tell
when there is nothing left to wait for.
"""
