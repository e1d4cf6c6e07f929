"""One example of `tests/problems`: how it is laid out, prepared, run and compared.

Every example starts from the very small bank of `tests/problems/_bank`. A folder may hold

- `bank/`: files that replace the bank's or join them,
- `delete.txt`: files to take away,
- `edit.txt`: a file's name, `- ` lines of old text, `+ ` lines of new; a blank line between,
- `command.txt`: commands, a line each, of which the last is what the example shows,
- `example.py`: `prepare(bank)`; or `provoke(bank)` instead of a command, which raises, gives an
  exit code or gives a text.

Expected are `stderr.txt`, `exit.txt` and, for what only a table tells, `table.tsv`; its kind stands
in `table.txt`.
"""

import os
import re
import runpy
import shlex
import shutil
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from proposals import open_feeds, put_in_force

from collectctl import durable
from collectctl.cli import main
from collectctl.codes import CODES
from collectctl.ledger.connect import connect
from collectctl.ledger.runs import brakes, last_number
from collectctl.problems import CollectctlError, render

EXAMPLES = Path(__file__).parent / "problems"
BANK = EXAMPLES / "_bank"
CHECK = "check --project bank"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What an example leaves at the terminal, and the table it is about."""

    stderr: str
    exit: int
    table: str | None


def examples() -> list[Path]:
    """The folders of all examples, by code."""
    return sorted(p for p in EXAMPLES.iterdir() if p.is_dir() and p.name[0] not in "_.")


def commands(example: Path) -> list[str]:
    """The commands of an example; the last one is what it shows."""
    path = example / "command.txt"
    return path.read_text("utf-8").splitlines() if path.exists() else [CHECK]


def edits(example: Path) -> Iterator[tuple[str, str, str]]:
    """File, old text and new text of each change that an example makes."""
    path = example / "edit.txt"
    if not path.exists():
        return
    blocks = re.split(r"\n\s*\n", path.read_text("utf-8").strip("\n"))
    for block in blocks:
        name, *lines = block.split("\n")
        old = "\n".join(line[2:] for line in lines if line.startswith("-"))
        new = "\n".join(line[2:] for line in lines if line.startswith("+"))
        yield name, old, new


def lay_out(example: Path, bank: Path) -> dict[str, Callable[[Path], Any]]:
    """Makes the bank of an example; what its script defines is given back."""
    shutil.copytree(BANK, bank, copy_function=shutil.copyfile)
    if (example / "bank").exists():
        shutil.copytree(example / "bank", bank, copy_function=shutil.copyfile, dirs_exist_ok=True)
    if (example / "delete.txt").exists():
        for name in (example / "delete.txt").read_text("utf-8").split():
            (bank / name).unlink()
    for name, old, new in edits(example):
        text = (bank / name).read_text("utf-8")
        assert old in text, f"{example.name}: {name} has no {old!r}"
        (bank / name).write_text(text.replace(old, new, 1), "utf-8", newline="")
    script = example / "example.py"
    return dict(runpy.run_path(str(script))) if script.exists() else {}


def show(example: Path, folder: Path) -> Shown:
    """Prepares an example in an empty folder and runs it there."""
    bank = folder / "bank"
    script = lay_out(example, bank)
    err, code = StringIO(), 0
    with chdir(folder), redirect_stderr(err), redirect_stdout(StringIO()):
        os.umask(0o077)
        _put_in_force(example)
        if "prepare" in script:
            script["prepare"](Path("bank"))
        if "provoke" in script:
            code = _provoke(script["provoke"], err)
        else:
            for line in commands(example):
                err.seek(0)
                err.truncate()
                # Logs are named by second and process, and all commands here share theirs.
                shutil.rmtree(bank / "logs", ignore_errors=True)
                code = main(shlex.split(line))
    return Shown(stderr=err.getvalue(), exit=code, table=_table(example, folder))


def _put_in_force(example: Path) -> None:
    """What nights run on: the bank as the example has it, unless it sees to that itself."""
    script = example / "example.py"
    said = " ".join(commands(example)) + (script.read_text("utf-8") if script.exists() else "")
    if re.search(r"\brun\b", said) and "apply" not in said:
        # A bank that cannot be read has nothing in force, and that is what it shows.
        with suppress(CollectctlError):
            put_in_force(Path("bank"))
            open_feeds(Path("bank"))


def _provoke(script: Callable[[Path], Any], err: StringIO) -> int:
    try:
        said = script(Path("bank"))
    except CollectctlError as error:
        err.writelines(render(problem) + "\n" for problem in error.problems)
        return error.exit_code
    if isinstance(said, int):
        return said
    err.write(f"{said}\n")
    return 0


def _table(example: Path, folder: Path) -> str | None:
    path = example / "table.txt"
    if not path.exists():
        return None
    night = folder / "out"
    if not night.exists():
        night = max(p for p in (folder / "bank" / "archive").iterdir() if p.name[0] != ".")
    return _TABLES[path.read_text("utf-8").strip()](night, folder / "bank")


def _quarantine(night: Path, _bank: Path) -> str:
    names = ["export", "row", "column", "code", "found", "expected"]
    return _tsv(pq.read_table(night / "quarantine.parquet").select(names))


def _contacts(night: Path, _bank: Path) -> str:
    names = ["customer_id", "document", "channel", "state", "reason"]
    return _tsv(pq.read_table(night / "contacts.parquet").select(names))


def _blocked(night: Path, _bank: Path) -> str:
    names = ["account_id", "customer_id", "treatment", "blocked_by", "disposition"]
    return _tsv(pq.read_table(night / "decisions.parquet").select(names))


def _stopped(night: Path, _bank: Path) -> str:
    table = pq.read_table(night / "gate.parquet").to_pylist()
    names = ["kind", "form", "party_id", "accounts", "state", "code"]
    rows = [[row[n] for n in names] for row in table if row["state"] != "allowed"]
    return _tsv(pa.table([list(c) for c in zip(*rows, strict=True)], names=names))


def _withheld(night: Path, _bank: Path) -> str:
    names = ["kind", "item", "channel", "accounts", "state", "code"]
    return _tsv(pq.read_table(night / "withheld.parquet").select(names))


def _brakes(_night: Path, bank: Path) -> str:
    ledger = connect(bank / "ledger" / "ledger.sqlite")
    try:
        found = brakes(ledger, last_number(ledger))
    finally:
        ledger.close()
    return "".join(f"{b.code}\t{b.name}\t{b.message_en}\n" for b in found)


def _tsv(table: pa.Table) -> str:
    rows = [table.column_names, *(r.values() for r in table.to_pylist())]
    return "".join("\t".join("" if v is None else str(v) for v in row) + "\n" for row in rows)


_TABLES: dict[str, Callable[[Path, Path], str]] = {
    "quarantine": _quarantine,
    "contacts": _contacts,
    "blocked": _blocked,
    "brakes": _brakes,
    "stopped": _stopped,
    "withheld": _withheld,
}


def next_night(bank: Path, day: str = "2026-11-19") -> Path:
    """The first night's exports once more, as another night; its folder."""
    folder = bank / "inbox" / day
    shutil.copytree(bank / "inbox" / "2026-11-18", folder)
    accounts = folder / "accounts.csv"
    accounts.write_text(accounts.read_text("utf-8").replace("2026-11-18", day), "utf-8")
    return folder


Rows = list[list[str]]


def change_accounts(night: Path, change: Callable[[Rows], Rows]) -> None:
    """Changes the rows of a night's accounts; the trailer counts and adds them up again."""
    path = night / "accounts.csv"
    head, *lines = path.read_text("utf-8").splitlines()
    rows = change([line.split(",") for line in lines[:-1]])
    total = sum(Decimal(row[7]) for row in rows)
    text = [head, *(",".join(row) for row in rows), f"TOTAL,{len(rows)},{total}"]
    path.write_text("\n".join(text) + "\n", "utf-8")


@contextmanager
def at_step(act: Callable[[str, str], None]) -> Iterator[None]:
    """Calls `act` before each change of the disk; what it raises is the disk's own failure."""
    before, durable.before_step = durable.before_step, act
    try:
        yield
    finally:
        durable.before_step = before


def page() -> str:
    """The text of `docs/problems.md`: each code, what it means, and how it looks."""
    parts = [_INTRODUCTION]
    for example in examples():
        code = example.name
        said = (example / "stderr.txt").read_text("utf-8").rstrip("\n")
        table = example / "table.tsv"
        if f"[{code}]" not in said and table.exists():
            said = _rows_of(code, table.read_text("utf-8"))
        parts.append(
            f"## `{code}`\n\n{CODES[code][0].upper()}{CODES[code][1:]}.\n\n```text\n{said}\n```\n"
        )
    return "\n".join(parts)


def _rows_of(code: str, table: str) -> str:
    lines = table.splitlines()
    head = [] if lines[0].startswith(code) or "\t" not in lines[0] else lines[:1]
    found = [line for line in lines if code in line.split("\t")]
    return "\n".join([*head, *found]).replace("\t", " | ")


_INTRODUCTION = """<!-- made by tests/problems/make_page.py from the examples in tests/problems -->
# Problems

Every message carries a code in square brackets, or a row of the quarantine does; a code never
changes its meaning. Below stands each code with what it means and an example of it. A message says
where (`file:line:column`), what was found, what is expected and how to mend it. Warnings stop
nothing. What is broken in single rows goes to quarantine, the codes of brakes stand in the night's
report, and those of documents in its list of documents.
"""
