"""Lets ``python -m brikopt`` do what ``brikopt`` does."""

from brikopt.cli import main

main()
