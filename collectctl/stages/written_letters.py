"""What a published night wrote to the people of one account, word for word.

Reads the night's own files, every one checked against its manifest. Refuses to know whether
anything was sent.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from collectctl.archive.manifest import read_manifest
from collectctl.archive.nights import Night, read_bytes, read_columns
from collectctl.columns import to_table
from collectctl.documents.outbox import KINDS, PAGE_END, frame_name

_GATE = ("kind", "item", "accounts")
_CONTACTS = ("contact_no", "role", "channel", "document", "language", "state", "reason")
_PREPARED = "prepared/"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenLetter:
    """One document of a night, or that it could not be written."""

    number: int
    """The night's number of the contact."""
    role: str
    channel: str
    document: str
    language: str
    failed: str
    """Why it was not written; empty: it was."""
    subject: str = ""
    text: str = ""
    """Of a short message, WeChat or e-mail: what is sent; an e-mail's is markup."""
    page: bytes = b""
    """A whole HTML file, of the forms that are pages."""


def written_letters(night: Night, account: str) -> tuple[WrittenLetter, ...]:
    """The documents of a night that speak of an account, by number.

    Raises:
        LedgerError: a file of the night is not as it was published.
    """
    gate = to_table(read_columns(night, _GATE, "gate.parquet"))
    named = pc.binary_join_element_wise("", gate["accounts"].combine_chunks(), "", " ")
    mine = pc.and_(pc.equal(gate["kind"], "document"), pc.match_substring(named, f" {account} "))
    items = gate.filter(mine)["item"].combine_chunks()
    contacts = to_table(read_columns(night, _CONTACTS, "contacts.parquet"))
    rows = contacts.filter(pc.is_in(contacts["contact_no"], value_set=items.cast(pa.int64())))
    return tuple(_letters(night, rows.sort_by("contact_no").to_pylist()))


def _letters(night: Night, rows: Sequence[Mapping[str, Any]]) -> Iterator[WrittenLetter]:
    there = read_manifest(night.folder).files
    read: dict[str, bytes] = {}

    def file(name: str) -> bytes:
        if name not in read:
            read[name] = read_bytes(night, name) if name in there else b""
        return read[name]

    for row in rows:
        number, channel = int(row["contact_no"]), str(row["channel"])
        found: dict[str, Any] = {}
        if row["state"] == "prepared" and KINDS[channel].folder:
            found = {"page": _page(number, channel, file)}
        elif row["state"] == "prepared":
            found = _message(number, channel, str(row["language"]), file)
        yield WrittenLetter(
            number=number, role=str(row["role"]), channel=channel, document=str(row["document"]),
            language=str(row["language"]), failed=str(row["reason"] or ""), **found,
        )  # fmt: skip


_File = Callable[[str], bytes]


def _page(number: int, channel: str, file: _File) -> bytes:
    """The page of a letter or script, in the frame of the file that it stands in."""
    kind = KINDS[channel]
    index = list(csv.DictReader(io.StringIO(file(_PREPARED + kind.joined).decode())))
    (entry,) = [row for row in index if int(row["contact_no"]) == number]
    whole: bytes = file(f"{_PREPARED}{kind.folder}/{entry['file']}")
    head = min(int(row["offset"]) for row in index if row["file"] == entry["file"])
    start = int(entry["offset"])
    return whole[:head] + whole[start : start + int(entry["length"])] + PAGE_END.encode()


def _message(number: int, channel: str, language: str, file: _File) -> dict[str, Any]:
    """The text of a message; of an e-mail with its subject and its page."""
    lines = file(_PREPARED + KINDS[channel].joined).decode().splitlines()
    (entry,) = [one for one in map(json.loads, lines) if one["contact_no"] == number]
    if channel != "email":
        return {"text": entry["text"]}
    frame: bytes = file(_PREPARED + frame_name(language))
    body = f"<section>\n{entry['body']}\n</section>\n{PAGE_END}".encode()
    page = frame.removesuffix(PAGE_END.encode()) + body
    return {"text": entry["body"], "subject": entry["subject"], "page": page}
