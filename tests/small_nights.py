"""Small nights cut out of the sample exports, to be changed at will and written back whole.

What belongs to an export beside its rows (trailer, control file, marker) is made to fit the rows,
as the exporting system would.
"""

import csv
import hashlib
import io
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from proposals import put_in_force

Row = dict[str, str]

ENCODINGS = {
    "accounts": "gb18030", "parties": "utf-8-sig", "statuses": "utf-8", "statements": "utf-8",
    "decisions": "utf-8",
}  # fmt: skip


@dataclass(slots=True)
class SmallNight:
    """The exports of one night as rows of text."""

    day: str
    headings: dict[str, list[str]]
    rows: dict[str, list[Row]]
    encodings: dict[str, str] = field(default_factory=lambda: dict(ENCODINGS))
    line_end: str = "\n"

    @property
    def accounts(self) -> list[Row]:
        return self.rows["accounts"]

    @property
    def parties(self) -> list[Row]:
        return self.rows["parties"]

    def text(self, export: str) -> str:
        """The export as it would be sent, without its trailer."""
        sink = io.StringIO(newline="")
        writer = csv.writer(sink, lineterminator=self.line_end)
        writer.writerow(self.headings[export])
        names = self.headings[export]
        writer.writerows([row[name] for name in names] for row in self.rows[export])
        return sink.getvalue()

    def trailer(self) -> str:
        money = {"CNY": Decimal(0), "USD": Decimal(0)}
        for row in self.accounts:
            try:
                money[row["币种"]] += Decimal(row["欠款总额"])
            except (InvalidOperation, KeyError):
                continue
        return f"总计,{len(self.accounts)},{money['CNY']},{money['USD']}{self.line_end}"

    def path(self, project: Path, export: str) -> Path:
        return project / "inbox" / self.day / f"{export}_{self.day.replace('-', '')}.csv"

    def write_accounts(self, project: Path, trailer: str | None = None) -> None:
        """Puts only the accounts into the inbox, with the trailer that fits or another."""
        text = self.text("accounts") + (self.trailer() if trailer is None else trailer)
        data = text.encode(self.encodings["accounts"], "surrogatepass")
        self.path(project, "accounts").write_bytes(data)

    def write(self, project: Path, *, trailer: str | None = None) -> None:
        """Puts the exports into the project's inbox, in place of what was there for the day."""
        folder = project / "inbox" / self.day
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.write_accounts(project, trailer)
        for export in ("parties", "statuses", "statements", "decisions"):
            data = self.text(export).encode(self.encodings[export], "surrogatepass")
            self.path(project, export).write_bytes(data)
        for export in ("parties", "statements", "decisions"):
            path = self.path(project, export)
            path.with_name(path.name + ".ok").touch()
        path = self.path(project, "statuses")
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        path.with_suffix(".ctl").write_text(
            f"rows={len(self.rows['statuses'])}\nsha256={digest}\n", encoding="ascii"
        )


def read_night(inbox: Path, day: str) -> SmallNight:
    """The night as the samples have it."""
    headings: dict[str, list[str]] = {}
    rows: dict[str, list[Row]] = {}
    for export, encoding in ENCODINGS.items():
        path = inbox / day / f"{export}_{day.replace('-', '')}.csv"
        with path.open(encoding=encoding, newline="") as file:
            found = list(csv.reader(file))
        headings[export] = found[0]
        rows[export] = [
            dict(zip(found[0], cells, strict=True))
            for cells in found[1:]
            if len(cells) == len(found[0])
        ]
    return SmallNight(day=day, headings=headings, rows=rows)


def keep(night: SmallNight, ids: Iterable[str]) -> SmallNight:
    """The night with only these accounts, and what belongs to them."""
    wanted = set(ids)
    rows = {
        export: [dict(row) for row in found if row["账号"] in wanted]
        for export, found in night.rows.items()
    }
    return SmallNight(day=night.day, headings=night.headings, rows=rows)


def sound_ids(night: SmallNight, faults: Path, number: int) -> list[str]:
    """Ids of so many accounts without a built-in fault, spread over the export."""
    lines = faults.read_text(encoding="utf-8").splitlines()[1:]
    broken = {line.split("\t")[3] for line in lines}
    found = [row["账号"] for row in night.accounts if row["账号"] not in broken]
    return found[:: max(1, len(found) // number)][:number]


SAMPLES = Path(__file__).resolve().parents[1] / "samples"


def small_night(number: int, day: str = "2026-11-18") -> SmallNight:
    """So many sound accounts of a sample night with their parties, statuses and statements."""
    night = read_night(SAMPLES / "inbox", day)
    return keep(night, sound_ids(night, SAMPLES / "faults.tsv", number))


def small_project(fresh: Path, folder: Path, *nights: SmallNight) -> Path:
    """The starter project with only these nights in its inbox."""
    shutil.copytree(fresh, folder, ignore=shutil.ignore_patterns("inbox"))
    (folder / "inbox").mkdir()
    contract = folder / "config" / "contracts" / "statuses.yaml"
    # A dozen accounts may well have no status among them; two thousand never do.
    text = contract.read_text(encoding="utf-8")
    if "empty: refuse" in text:
        contract.write_text(text.replace("empty: refuse", "empty: allow"), encoding="utf-8")
        put_in_force(folder)
    for night in nights:
        night.write(folder)
    return folder


KEPT_DOCUMENT = "overdue-notice"


def with_one_document(project: Path) -> None:
    """Cuts the configuration down to one document, so that a night has few files."""
    folder = project / "config" / "documents"
    for path in folder.glob("*/*.j2"):
        if not path.name.startswith((f"{KEPT_DOCUMENT}.", "shared.")):
            path.unlink()
    catalogue = folder / "documents.yaml"
    head, _, documents = catalogue.read_text(encoding="utf-8").partition("documents:\n")
    entries = re.findall(r"^  [a-z-]+:.*\n(?:    .*\n)+", documents, re.MULTILINE)
    (kept,) = (entry for entry in entries if entry.startswith(f"  {KEPT_DOCUMENT}:"))
    # every treatment sends it, the gentlest too
    kept = re.sub(r"tone: [a-z]+", "tone: care", kept)
    catalogue.write_text(f"{head}documents:\n{kept}", encoding="utf-8")
    rules = project / "config" / "rules" / "overdue.yaml"
    text = rules.read_text(encoding="utf-8")
    # a ladder has each document once
    text = re.sub(r"^ladder:\n(?: .*\n)+", "", text, flags=re.MULTILINE)
    rules.write_text(re.sub(r"document: [a-z-]+", f"document: {KEPT_DOCUMENT}", text), "utf-8")
    statuses = project / "config" / "statuses.yaml"
    text = statuses.read_text(encoding="utf-8")
    text = re.sub(r"documents: \[[^]]*\]", f"documents: [{KEPT_DOCUMENT}]", text)
    statuses.write_text(text, encoding="utf-8")
    put_in_force(project)
