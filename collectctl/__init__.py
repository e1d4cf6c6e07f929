"""The nightly collections batch of a bank, as a command-line toolkit."""

__version__ = "0.1.0"
