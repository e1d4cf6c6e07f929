from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from collectctl.problems import render
from collectctl.project import read_project
from collectctl.rules.proof import prove

RULES = "config/rules/overdue.yaml"
COLUMNS = ["principal", "interest", "penalty", "fees", "principal"]


def _shares() -> Iterator[str]:
    for above, below in pairwise(COLUMNS):
        yield f"  s_{above}: {{type: ratio, round: half_up, value: {above} / {below}}}\n"


def provoke(bank: Path) -> str:
    """A sum of quotients that is never below 4: true, and more than the prover sees in a moment."""
    text = (bank / RULES).read_text("utf-8")
    text = text.replace("segments:\n", "".join(_shares()) + "segments:\n")
    total = " + ".join(f"s_{c}" for c in COLUMNS[:-1])
    text = text.replace("when: tier = 'EARLY'", f"when: tier = 'EARLY' and {total} < 3.999")
    (bank / RULES).write_text(text, "utf-8")
    project = read_project(bank)[0]
    assert project is not None
    found = prove(project.rulebook, milliseconds=300)
    return "\n".join(render(p) for p in found if "'remind' can be true" in p.message)
