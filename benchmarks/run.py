"""Measures collectctl beside bare libraries: `python benchmarks/run.py [--accounts N] [--stage S]`.

Each number is the median of several runs, taken in turn with the bare libraries on the same data,
so that a busy machine is busy for both. Prints a table; with `--write` puts it into
docs/performance.md, where targets and method stand beside it.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

from feeding import feeds
from floor_diff import Two
from gate import gate
from make_project import begin_ledger, make_project
from measuring import Ran, in_turn, machine, watch
from paper import paper
from proving import proofs
from stages import STAGES, Night, Row, at_most

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "performance.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
MOST_MEGABYTES = 2048
HELP_SECONDS = 0.15
DIFF_SECONDS = 3
"""For a million accounts, once they are read."""
HEADING = (
    "| stage | accounts | collectctl | held against | takes | ratio | target | met |",
    "|---|---:|---:|---|---:|---:|---|---|",
)


def night(root: Path, repeat: int) -> tuple[list[Row], list[str]]:
    """The whole night, by the command itself and by the floor, in turn."""
    ours: list[Ran] = []
    floor: list[Ran] = []
    for n in range(repeat):
        out = root.parent / f"floor-{n}"
        floor.append(watch([sys.executable, HERE / "floor_night.py", root, out]))
        shutil.rmtree(out)
        ours.append(_our_night(root))
    steps = watch([sys.executable, HERE / "product_night.py", _cleared(root)])
    if not json.loads(steps.output)["letters"]:
        raise SystemExit("the night wrote no letter: it was not the night that is measured")
    row = Row(
        stage="whole night",
        ours=median(r.seconds for r in ours),
        floor="bare libraries, two processes",
        theirs=median(r.seconds for r in floor),
    )
    work = Row(
        stage="whole night, processor time",
        ours=median(r.processor for r in ours),
        floor="bare libraries, two processes",
        theirs=median(r.processor for r in floor),
    )
    peak = Row(
        stage="whole night, peak of all processes, MB",
        ours=max(r.megabytes for r in ours),
        floor="bare libraries, two processes",
        theirs=max(r.megabytes for r in floor),
        bar=f"under {MOST_MEGABYTES} MB",
        met=max(r.megabytes for r in ours) < MOST_MEGABYTES,
    )
    notes = [_said("bare libraries", floor[-1].output), _said("collectctl", steps.output)]
    return [at_most(row, 1.6), work, peak], notes


def _our_night(root: Path) -> Ran:
    return watch(
        [sys.executable, "-m", "collectctl", "run", "--quiet", "--project", _cleared(root)]
    )


def _cleared(root: Path) -> Path:
    """The project as before its first night."""
    for name in ("archive", "ledger", "logs"):
        shutil.rmtree(root / name)
        (root / name).mkdir()
    begin_ledger(root)
    return root


def _said(who: str, output: str) -> str:
    found = json.loads(output)
    steps = ", ".join(f"{name} {seconds:.1f}" for name, seconds in found["seconds"].items())
    return (
        f"{who}: {found['accounts']:,} accounts, {found['letters']:,} letters, "
        f"{found['messages']:,} short messages, {found['books']} workbooks with "
        f"{found['rows']:,} rows; seconds by step: {steps}"
    )


def diff(accounts: int, repeat: int) -> list[Row]:
    """Two versions of 40 rules on the same accounts: decided, compared, explained."""
    two = Two(accounts)
    moves, rules = two.must_agree()
    took = in_turn(repeat, {"ours": two.ours, "bare": two.by_hand})
    row = Row(
        stage=f"rules diff, {rules} rules, {moves:,} moves with reasons",
        ours=took["ours"],
        floor="pandas nullable, first match twice, crosstabs",
        theirs=took["bare"],
    )
    most = DIFF_SECONDS * max(1, accounts / 1_000_000)
    return [replace(row, bar=f"at most {most:g} s", met=took["ours"] <= most)]


def scale(root: Path, small: Path, repeat: int) -> list[Row]:
    """Ten times the accounts: how many times the time."""
    large = median(_our_night(root).seconds for _ in range(repeat))
    little = median(_our_night(small).seconds for _ in range(repeat))
    row = Row(stage="whole night", ours=large, floor="a tenth of the accounts", theirs=little)
    return [at_most(row, 11)]


def start(repeat: int) -> list[Row]:
    """`collectctl --help`, from the shell and back."""
    command = str(Path(sys.executable).with_name("collectctl"))

    def timed(*words: str) -> float:
        begin = time.perf_counter()
        subprocess.run(words, check=True, capture_output=True)
        return time.perf_counter() - begin

    runs = max(10, repeat)
    ours = median(timed(command, "--help") for _ in range(runs))
    bare = median(timed(sys.executable, "-c", "import typer") for _ in range(runs))
    row = Row(stage="collectctl --help", ours=ours, floor="python, import typer", theirs=bare)
    return [replace(row, bar=f"at most {HELP_SECONDS * 1000:.0f} ms", met=ours <= HELP_SECONDS)]


def shown(row: Row, accounts: int) -> str:
    """The row as a line of the table."""
    number: Callable[[float], str] = _seconds
    if row.stage.endswith("MB"):
        number = "{:,.0f} MB".format
    met = {True: "yes", False: "**no**", None: ""}[row.met]
    ratio = f"{row.ratio:.2f}x" if row.ratio > 0.1 else f"1/{1 / row.ratio:.0f}"  # noqa: PLR2004 - readable
    cells = (
        row.stage, f"{accounts:,}", number(row.ours), row.floor, number(row.theirs), ratio, row.bar,
        met,
    )  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def _seconds(value: float) -> str:
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.1f} s"


def put(page: str, lines: Sequence[str]) -> str:
    """The page with what stands between its marks replaced."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return "\n".join([before + BEGIN, *lines, END]) + after


def main() -> None:
    """Reads the options, measures, prints and perhaps writes."""
    stages = STAGES | {"paper": paper}
    names = [*stages, "proof", "feeds", "diff", "gate", "night", "scale", "help"]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--stage", action="append", choices=names, help="may be given again")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where there is room; a temporary folder else")
    parser.add_argument("--write", action="store_true", help="into docs/performance.md")
    options = parser.parse_args()
    wanted = options.stage or names
    lines, notes = [], []
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        needed = set(wanted) - {"diff", "gate", "help", "feeds"}
        root = make_project(Path(folder) / "project", options.accounts if needed else 1_000)
        worked = Night(root, options.repeat)
        for name in wanted:
            if name == "help":
                rows = start(options.repeat)
            elif name == "diff":
                rows = diff(options.accounts, options.repeat)
            elif name == "gate":
                rows = gate(Path(folder), options.accounts, options.repeat)
            elif name == "feeds":
                rows = feeds(root, Path(folder), options.accounts, options.repeat)
            elif name == "proof":
                rows = proofs(options.repeat)
            elif name == "night":
                rows, notes = night(root, options.repeat)
            elif name == "scale":
                small = make_project(Path(folder) / "small", options.accounts // 10)
                rows = scale(root, small, options.repeat)
            else:
                rows = stages[name](worked)
            lines += [shown(row, options.accounts) for row in rows]
            print("\n".join(lines[-len(rows) :]), flush=True)
    found = [*machine(), *notes]
    print("\n".join(found))
    if options.write:
        told = ["", *HEADING, *lines, "", *(f"- {line}" for line in found), ""]
        PAGE.write_text(put(PAGE.read_text(encoding="utf-8"), told), encoding="utf-8")


if __name__ == "__main__":
    main()
