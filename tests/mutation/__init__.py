"""Small changes to the code that must not go unnoticed: what the tests of money are worth.

Every mutant is one change of one place: a bound moved by one, a condition dropped, a state put in
another's place. The tests that stand beside a module in ``table`` have to fail for it. A mutant
that they let pass is killed by a new test, or stands in ``explained.toml`` with the reason why no
test could: it is the same program.
"""
