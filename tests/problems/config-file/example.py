"""A configuration file that is a link to one of somebody else."""

from pathlib import Path


def prepare(bank: Path) -> None:
    """Puts a link in the file's place."""
    (bank / "config/brakes.yaml").unlink()
    (bank / "config/brakes.yaml").symlink_to("queues.yaml")
