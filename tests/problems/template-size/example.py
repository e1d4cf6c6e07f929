"""A text that has become far too long."""

from pathlib import Path


def prepare(bank: Path) -> None:
    """Fills a text with what nobody reads."""
    with (bank / "config/documents/en/notice.sms.j2").open("a", encoding="utf-8") as file:
        file.write("and so on " * 25_000)
