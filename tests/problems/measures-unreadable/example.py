"""The measures of the night before are not what this program writes."""

from pathlib import Path

from collectctl.reports.measures import read_measures


def provoke(bank: Path) -> None:
    """Brings it about."""
    read_measures(b"{}", f"{bank}/archive/2026-11-18/measures.json")
