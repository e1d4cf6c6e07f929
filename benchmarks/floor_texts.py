"""Letters and messages by bare sandboxed Jinja2: the same templates, values in tuples, no checks.

Imported by the floor's workers, so it imports Jinja2 and Arrow only.
"""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

AMOUNTS = (
    "balance", "overdue_amount", "minimum_due", "principal", "instalment_not_due", "interest",
    "compound_interest", "penalty", "fees", "instalment_interest", "payments_set_off",
    "last_payment",
)  # fmt: skip
DATES = ("as_of", "due_date", "last_payment_on")
RATES = {"daily_rate": 6, "annual_rate": 4}
LETTERS_A_FILE = 1000
MESSAGES_A_PART = 5000
SUFFIX = {"letter": "html", "sms": "text"}
_UNITS = {"CNY": "元", "USD": "美元", "HKD": "港元"}
_NAMES = {"CNY": "人民币", "USD": "美元", "HKD": "港币"}
_MONTHS = "January February March April May June July August September October November December"

Render = Callable[..., str]
Context = dict[str, Any]


def amount(value: tuple[int, str]) -> str:
    return f"{value[0] // 100:,}.{value[0] % 100:02d}"


def _rate(value: tuple[int, int]) -> str:
    number, digits = value
    return f"{number * 100 / 10**digits:.2f}%"


def _filters(language: str) -> dict[str, Callable[..., str]]:
    months = _MONTHS.split()
    if language == "zh_CN":
        return {
            "amount": amount,
            "money": lambda v: amount(v) + _UNITS[v[1]],
            "rate": _rate,
            "date": lambda d: f"{d.year}年{d.month}月{d.day}日",
            "currency": _NAMES.__getitem__,
        }
    return {
        "amount": amount,
        "money": lambda v: f"{v[1]} {amount(v)}",
        "rate": _rate,
        "date": lambda d: f"{d.day} {months[d.month - 1]} {d.year}",
        "currency": str,
    }


class Texts:
    """The texts of a folder `documents/`, compiled when first needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # The floor is bare: no positions, no refusal of doubled keys.
        bank = (folder / "bank.yaml").read_text(encoding="utf-8")
        self.bank = yaml.safe_load(bank)["bank"]  # noqa: TID251 - the floor is bare
        about = (folder / "documents.yaml").read_text(encoding="utf-8")
        self.documents = yaml.safe_load(about)["documents"]  # noqa: TID251 - the floor is bare
        self._renders: dict[tuple[str, str, str], Render] = {}

    def render(self, document: str, channel: str, language: str) -> Render:
        key = document, channel, language
        if key not in self._renders:
            suffix = SUFFIX[channel]
            environment = SandboxedEnvironment(
                autoescape=suffix == "html", undefined=StrictUndefined, trim_blocks=True,
                lstrip_blocks=True,
            )  # fmt: skip
            environment.filters.update(_filters(language))
            environment.globals["bank"] = _in(self.bank, language)
            folder = self.folder / language
            shared = (folder / f"shared.{suffix}.j2").read_text(encoding="utf-8")
            text = (folder / f"{document}.{channel}.j2").read_text(encoding="utf-8")
            self._renders[key] = environment.from_string(shared + text).render
        return self._renders[key]

    def title(self, document: str, language: str) -> str:
        return str(self.documents[document]["title"][language])


def _in(value: object, language: str) -> object:
    """The part of a two-language value that is in this language."""
    if isinstance(value, dict):
        if set(value) == {"zh_CN", "en"}:
            return value[language]
        return {k: _in(v, language) for k, v in value.items()}
    return [_in(v, language) for v in value] if isinstance(value, list) else value


def contexts(contacts: pa.Table, lines: pa.Table, texts: Texts, day: date) -> Iterator[Context]:
    """What each contact's template is given; both tables are in the order of `contact_no`."""
    rows = _lines(lines)
    names = ("contact_no", "name", "address", "postal_code", "phone", "document", "language")
    columns = [contacts[n].to_pylist() for n in names]
    at = 0
    for number, name, address, postal, phone, document, language, n in zip(
        *columns, contacts["lines"].to_pylist(), strict=True
    ):
        covered = rows[at : at + n]
        at += n
        yield {
            "contact_no": number, "reference": f"{day:%Y%m%d}-{number:06d}", "date": day,
            "title": texts.title(document, language), "addressee": name, "surname": name[:1],
            "address": address, "postal_code": postal, "phone": phone, "accounts": n,
            "as_of": covered[0]["as_of"], "first": covered[0], "lines": covered,
            "totals": _totals(covered),
            "decision": {"reference": "FW-2026-0001", "decided_on": day, "act_from": None},
        }  # fmt: skip


def _lines(table: pa.Table) -> list[Context]:
    currency = table["currency"].to_pylist()
    columns: dict[str, list[object]] = {
        "card": [c[-4:] for c in table["card_no"].to_pylist()],
        "currency": currency,
        "days_past_due": table["days_past_due"].to_pylist(),
    }
    columns |= {n: list(zip(table[n].to_pylist(), currency, strict=True)) for n in AMOUNTS}
    columns |= {n: table[n].to_pylist() for n in DATES}
    columns |= {n: [(v, d) for v in table[n].to_pylist()] for n, d in RATES.items()}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _totals(lines: list[Context]) -> list[Context]:
    found: dict[str, Context] = {}
    for line in lines:
        total = found.setdefault(line["currency"], {"currency": line["currency"]})
        for name in ("balance", "overdue_amount", "minimum_due"):
            before = total.get(name, (0, ""))[0]
            total[name] = (before + line[name][0], line["currency"])
    return list(found.values())


_open: list[tuple[Texts, pq.ParquetFile, pq.ParquetFile, Path, date]] = []


def start(folder: Path, hand_over: Path, out: Path, day: date) -> None:
    """Opens what a worker reads; called once in each process."""
    contacts = pq.ParquetFile(hand_over / "contacts.parquet")
    lines = pq.ParquetFile(hand_over / "lines.parquet")
    _open[:] = [(Texts(folder), contacts, lines, out, day)]


def run(group: int) -> tuple[str, int, bytes]:
    """Renders one row group and writes its file, or gives its part of a joined one."""
    texts, contacts, lines, out, day = _open[0]
    people = contacts.read_row_group(group, use_threads=False)
    about = lines.read_row_group(group, use_threads=False)
    channel = people["channel"][0].as_py()
    made = zip(people["document"].to_pylist(), people["language"].to_pylist(),
               contexts(people, about, texts, day), strict=True)  # fmt: skip
    rendered = [(c, texts.render(d, channel, lang)(letter=c)) for d, lang, c in made]
    part = io.StringIO(newline="")
    writer = csv.writer(part, lineterminator="\n")
    if channel == "sms":
        writer.writerows((c["contact_no"], c["phone"], text.strip()) for c, text in rendered)
        return channel, len(rendered), part.getvalue().encode()
    place = out / "letters" / f"letters-{group:05d}.html"
    with place.open("wb") as file:
        for context, text in rendered:
            at = file.tell()
            size = file.write(f"<section>\n{text}\n</section>\n".encode())
            writer.writerow((context["contact_no"], place.name, at, size))
    return channel, len(rendered), part.getvalue().encode()
