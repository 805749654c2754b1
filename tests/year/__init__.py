"""A firm's year, played through the engine against the sandbox in process, night by night.

Run: python -m tests.year [--matters N] [--events N] [--bills N] [--seed N]
    [--no-mistakes]

Every day's documents are taken in and posted; every night Trust Transfers must be nil in Xero, and
at every month's end both sides are reconciled: each control account, each trust account three ways,
and clients' money in Xero, to the cent. What the generator's own clerk says stands beside it.
"""
