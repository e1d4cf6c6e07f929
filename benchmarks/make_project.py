"""A project and a night for the benchmarks: `python benchmarks/make_project.py DIR -n N`.

The starter configuration with changes, so that a million accounts give about 200,000 letters,
200,000 short messages and 500 workbooks and nothing else: late treatments send a letter, early ones
a short message, every night, for there are no ladders; no final notice, which would need a decision
for each account; what people work on goes to 500 of them; they have room for it. Every feed is
known, so that the gate lets through what it would of a bank that contacted nobody before.
"""

import argparse
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml
from make_night import Plan, write_night

NIGHT = date(2026, 11, 18)
PEOPLE_A_MILLION = 500
CHANNELS = {
    "care": ["letter"],
    "pre-legal": ["letter"],
    "final": ["letter", "visit"],
    "visit": ["letter", "visit"],
    "firm": ["letter", "visit"],
    "overdue": ["letter"],
    "remind": ["sms"],
    "friendly": ["sms"],
}
"""How each treatment of the starter rulebook is carried out here."""
LETTERS, MESSAGES = 20, 23
"""Percent of the accounts; some of these have a status that forbids it, some share a customer."""


def make_project(root: Path, accounts: int, seed: int = 1) -> Path:
    """Makes the project in a new folder, with one night in its inbox, and gives the folder."""
    config = Path(__file__).resolve().parent.parent / "config"
    shutil.copytree(config, root / "config")
    _change(root / "config/rules/overdue.yaml", _rules)
    people = max(2, accounts * PEOPLE_A_MILLION // 1_000_000)
    _change(root / "config/queues.yaml", lambda plan: _queues(plan, people))
    for name in ("inbox", "archive", "ledger", "logs"):
        (root / name).mkdir()
    plan = Plan(
        accounts=accounts, letters=LETTERS, messages=MESSAGES, night=NIGHT, seed=seed, days_on=0
    )
    write_night(root / "inbox", plan)
    begin_ledger(root)
    return root


def begin_ledger(root: Path) -> None:
    """The project's configuration governs its nights, as a sample, and every feed is complete.

    Without the feeds the gate blocks every contact, and a night makes nothing.
    """
    command = ["-m", "collectctl", "rules", "apply", "--sample", "--project", root]
    subprocess.run([sys.executable, *command], check=True)
    feeds = yaml.safe_load((root / "config/project.yaml").read_text("utf-8"))["feeds"]  # noqa: TID251 - our own file
    for name, feed in feeds.items():
        _open(root, {"wishes": "consents"}.get(feed["kind"], feed["kind"]), name)


def _change(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))  # noqa: TID251 - our own file, rewritten
    change(data)
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=1000)
    path.write_text(text, encoding="utf-8")


def _open(root: Path, group: str, feed: str) -> None:
    """States that a feed is known up to the day after the night."""
    command = [
        "-m", "collectctl", group, "open", "--feed", feed, "--by", "benchmark", "--known-to",
        f"{NIGHT + timedelta(days=1)} 00:00", "--reason", "a benchmark", "--project", root,
    ]  # fmt: skip
    subprocess.run([sys.executable, *command], check=True)


def _rules(rulebook: dict[str, Any]) -> None:
    rulebook.pop("ladder", None)
    for rule in rulebook["treatments"]["rules"]:
        then = rule["then"]
        if then.get("document") == "final-warning":
            then |= {"tone": "firm", "document": "firm-notice"}
        if rule["id"] in CHANNELS:
            then["channels"] = CHANNELS[rule["id"]]


def _queues(plan: dict[str, Any], people: int) -> None:
    for team in plan["teams"].values():
        for one in team.get("members", [team]):
            one["capacity"] = 10_000
    plan["teams"]["field"]["members"] = [
        {"id": f"F{n:03d}", "name": f"外访{n}号", "capacity": 1000} for n in range(1, people + 1)
    ]


def main() -> None:
    """Reads the options and makes the project."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder that does not exist yet")
    parser.add_argument("-n", "--accounts", type=int, default=100_000)
    options = parser.parse_args()
    print(make_project(options.folder, options.accounts))


if __name__ == "__main__":
    main()
