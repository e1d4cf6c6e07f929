"""A rulebook with more rules than anybody can look after."""

from pathlib import Path


def prepare(bank: Path) -> None:
    """Adds rules beyond the limit."""
    path = bank / "config/rules/overdue.yaml"
    rule = "    - {{id: r{0}, when: days_past_due = {0}, then: {{tone: none}}}}\n"
    many = "".join(rule.format(number) for number in range(2_100))
    text = path.read_text("utf-8")
    path.write_text(text.replace("  rules:\n", "  rules:\n" + many, 1), "utf-8")
