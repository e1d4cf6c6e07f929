"""Every text that is to leave, read once more before it does: the lint without the record.

Joins a night's own texts, the templates of that night and the packs of the day of the release.
Refuses to know why an item stands.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pyarrow as pa

from collectctl.archive.nights import Night
from collectctl.columns import LANGUAGES
from collectctl.compliance.packs.reader import Packs
from collectctl.compliance.wording.assembled import wording_of
from collectctl.config import Bilingual
from collectctl.documents.catalog import read_documents
from collectctl.documents.channels import PAGED
from collectctl.documents.lint.forms import read_forms
from collectctl.documents.lint.letters import LetterLint, letter_lint
from collectctl.documents.lint.told import Told
from collectctl.stages.words import FAILURES

LINT = "lint"
_MESSAGES = ("sms", "email", "wechat")
_LOST = Bilingual(
    zh_CN="该文书的文本或模板已读不到，不予放行", en="the text of the document cannot be read back"
)


def relint(night: Night, packs: Packs, day: date, contacts: pa.Table) -> dict[int, Bilingual]:
    """Of each document that may not leave, by its row, what is wrong with its text.

    `contacts` has kind, item, form, document and language; tasks have no text. A text that is not
    where it should be, or whose template cannot be read, does not leave either.
    """
    names = ("kind", "item", "form", "document", "language")
    rows = list(enumerate(zip(*(contacts[n].to_pylist() for n in names), strict=True)))
    wanted = {(form, item): n for n, (kind, item, form, _, _) in rows if kind == "document"}
    if not wanted:
        return {}
    found = dict.fromkeys(wanted.values(), _LOST)
    forms = {(document, form, language) for _, (_, _, form, document, language) in rows}
    lints = _lints(night.folder / "config", forms, Told(wording_of(packs, day)))
    for (form, item), text in _texts(night.folder / "prepared", {f for f, _ in wanted}):
        n = wanted.get((form, item))
        lint = None if n is None else lints.get((rows[n][1][3], form, rows[n][1][4]))
        if n is None or lint is None:
            continue
        faults = lint.examine_stored(text)
        if not faults:
            found.pop(n, None)
        else:
            words, fault = FAILURES[faults[0].code], faults[0]
            about = f"（{fault.about}）" if fault.about else ""
            found[n] = Bilingual(zh_CN=words.zh_CN + about, en=f"{words.en}: {fault.reason}")
    return found


_Key = tuple[str, str, str]


def _lints(config: Path, forms: set[_Key], told: Told) -> Mapping[_Key, LetterLint]:
    """The lint of these forms, by document, channel and language, as the night had its texts."""
    files = {
        path.relative_to(config).as_posix(): path.read_bytes()
        for path in sorted((config / "documents").rglob("*"))
        if path.is_file()
    }
    documents, _ = read_documents(files)
    if documents is None:
        return {}
    banks = {language: documents.bank.get(language) for language in LANGUAGES}
    signatures = {language: documents.bank.sms_signature.get(language) for language in LANGUAGES}
    wanted = (w for w in documents.written if (w.document, w.channel, w.language) in forms)
    return {
        (one.form.document, one.form.channel, one.form.language): letter_lint(
            one, banks[one.form.language], signatures[one.form.language], told
        )
        for one in read_forms(wanted, documents.shared)[0]
    }


def _texts(prepared: Path, forms: set[str]) -> Iterator[tuple[tuple[str, int], str]]:
    """Every text of these forms, by form and contact."""
    for form in PAGED:
        if form in forms and (prepared / f"{form}s" / "index.csv").exists():
            for item, text in _pages(prepared / f"{form}s"):
                yield (form, item), text
    for channel in _MESSAGES:
        path = prepared / "messages" / f"{channel}.jsonl"
        if channel not in forms or not path.exists():
            continue
        with path.open(encoding="utf-8") as file:
            for line in file:
                row = json.loads(line)
                yield (channel, row["contact_no"]), row["body" if channel == "email" else "text"]


def _pages(folder: Path) -> Iterator[tuple[int, str]]:
    """The sections of a folder of pages, without what puts them into a file."""
    with (folder / "index.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            with (folder / row["file"]).open("rb") as pages:
                pages.seek(int(row["offset"]))
                page = pages.read(int(row["length"])).decode("utf-8")
            opening = f'<section id="c{row["contact_no"]}">\n'
            yield int(row["contact_no"]), page.removeprefix(opening).removesuffix("\n</section>\n")
