"""``python -m counterfoil`` is the command line."""

from counterfoil.cli import main

main()
