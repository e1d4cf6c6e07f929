"""Runs the program as `python -m collectctl`."""

from collectctl.cli import entry

if __name__ == "__main__":  # worker processes import this module again
    entry()
