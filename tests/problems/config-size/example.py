"""A configuration file that has become far too large."""

from pathlib import Path


def prepare(bank: Path) -> None:
    """Fills a file with more comments than anybody reads."""
    with (bank / "config/brakes.yaml").open("a", encoding="utf-8") as file:
        file.write("# a comment\n" * 1_000_000)
