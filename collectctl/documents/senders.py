"""What callers and gateways take, put together from what a night has prepared.

Knows file formats. Refuses to know why a document stands: it is told which ones do, and copies
them byte for byte. Everything is UTF-8.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, groupby
from pathlib import Path

from collectctl.documents.mail import Mail, Sender, mbox
from collectctl.documents.outbox import PAGE_END, frame_name
from collectctl.documents.prepared import Place, pages, places

PAGES_PER_FILE = 1000
SMS_HEADING = ("item", "phone", "text", "parts", "language", "opens", "closes")
INDEX_HEADING = ("item", "document", "language", "file", "position")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A document that may leave."""

    item: str
    """Its name outside: what the letter itself quotes, and what a gateway's log may quote."""
    to: str
    """The number or address."""
    language: str
    opens: str
    """From when it may be sent, by the bank's clocks."""
    closes: str
    """Until when, exclusive."""


def script_files(
    folder: Path, standing: Mapping[int, Standing]
) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Files of scripts as the night ordered them, and their index; nothing if none stands.

    `folder` holds the night's `index.csv` and the files that it names.
    """
    every = list(places(folder))
    heads = {place.file: place.offset for place in reversed(every)}
    found = [place for place in every if place.number in standing]
    index: list[Sequence[object]] = []
    for (document, language), group in groupby(found, lambda p: (p.document, p.language)):
        own = list(group)
        for n in range(0, len(own), PAGES_PER_FILE):
            batch = own[n : n + PAGES_PER_FILE]
            name = f"{document}-{language}-{n // PAGES_PER_FILE + 1:04d}.html"
            yield name, _bytes(folder, batch, heads[batch[0].file])
            index += [
                (standing[place.number].item, document, language, name, position)
                for position, place in enumerate(batch, 1)
            ]
    if index:
        yield "index.csv", [csv_bytes(INDEX_HEADING, index)]


def _bytes(folder: Path, batch: Sequence[Place], head: int) -> Iterator[bytes]:
    """The head of the first page's file, so many bytes, the pages, and the end."""
    with (folder / batch[0].file).open("rb") as source:
        yield source.read(head)
    yield from pages(folder, batch)
    yield PAGE_END.encode()


def message_files(
    folder: Path, standing: Mapping[int, Standing], senders: Mapping[str, Sender], moment: datetime
) -> Iterator[tuple[str, Iterable[bytes]]]:
    """The files of the gateways: `sms.csv`, `mail.mbox`, `wechat.jsonl`; none without a message.

    Each message carries its item, its window [opens, closes) and its language. `moment` is the
    date of the e-mails, in the bank's zone.
    """
    rows = [
        (one.item, one.to, row["text"], row["parts"], one.language, one.opens, one.closes)
        for row, one in _messages(folder / "sms.jsonl", standing)
    ]
    if rows:
        yield "sms.csv", [csv_bytes(SMS_HEADING, rows)]
    mails = _mails(folder, standing, senders, moment)
    first = next(mails, None)
    if first is not None:
        yield "mail.mbox", chain([first], mails)
    lines = [
        json.dumps(
            {"item": one.item, "to": one.to, "text": row["text"], "language": one.language,
             "opens": one.opens, "closes": one.closes},
            ensure_ascii=False,
        )
        for row, one in _messages(folder / "wechat.jsonl", standing)
    ]  # fmt: skip
    if lines:
        yield "wechat.jsonl", ["".join(f"{line}\n" for line in lines).encode()]


def _mails(
    folder: Path, standing: Mapping[int, Standing], senders: Mapping[str, Sender], moment: datetime
) -> Iterator[bytes]:
    frames: dict[str, str] = {}
    for row, one in _messages(folder / "email.jsonl", standing):
        if one.language not in frames:
            file = folder.parent / frame_name(one.language)
            frames[one.language] = file.read_text(encoding="utf-8")
        mail = Mail(
            item=one.item, to=one.to, subject=row["subject"], body=row["body"],
            frame=frames[one.language], language=one.language, opens=one.opens, closes=one.closes,
        )  # fmt: skip
        yield mbox(mail, senders, moment)


def _messages(
    path: Path, standing: Mapping[int, Standing]
) -> Iterator[tuple[Mapping[str, str], Standing]]:
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            one = standing.get(row["contact_no"])
            if one is not None:
                yield row, one


def csv_bytes(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """The rows below their heading, as every list beside documents is written."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([heading, *rows])
    return text.getvalue().encode()
