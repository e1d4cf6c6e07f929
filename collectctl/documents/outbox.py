"""How a night leaves what it has written: pages in files, messages as JSON lines.

Knows file formats. Refuses to know what a text says and where it goes: a message stands here
without its number or address, so that nothing can be sent from a night. Everything is UTF-8.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from collectctl.documents.sms import parts

PAGE_END = "</body>\n</html>\n"
INDEX_HEADING = "contact_no,document,language,file,position,offset,length\n"
LETTERS_HEADING = f"{INDEX_HEADING[:-1]},postal_code\n"


def frame_name(language: str) -> str:
    """The file with the page that e-mails of a language are shown in."""
    return f"messages/email.{language}.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What belongs to a chunk beside its texts."""

    name: str
    head: str
    documents: list[str]
    subjects: list[str]
    languages: list[str]
    postal_codes: list[str | None]
    signatures: dict[str, str]


@dataclass(slots=True)
class Written:
    """The bytes of a chunk: pages of its own, and its part of a file joined later."""

    pages: list[bytes] = field(default_factory=list)
    part: bytes = b""


@dataclass(frozen=True, slots=True)
class Kind:
    """How a channel's documents are written."""

    write: Callable[[Sheet, list[int], Iterable[str]], Written]
    joined: str
    """The file that the parts are joined into; empty for none."""
    heading: str = ""
    folder: str = ""
    """Where pages lie; empty for none."""


def _csv(rows: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _letters(sheet: Sheet, numbers: list[int], texts: Iterable[str]) -> Written:
    """As pages; the mail room needs the postal code beside each."""
    return _pages(sheet, numbers, texts, [(code or "",) for code in sheet.postal_codes])


def _pages(
    sheet: Sheet,
    numbers: list[int],
    texts: Iterable[str],
    more: list[tuple[str, ...]] | None = None,
) -> Written:
    """One file of pages with the places of each; one text is one `section`.

    `more` is what else the index says of each.
    """
    head = sheet.head.encode()
    pages, offset = [head], len(head)
    rows: list[tuple[object, ...]] = []
    file = f"{sheet.name}.html"
    beside: list[tuple[str, ...]] = [()] * len(numbers) if more is None else more
    entries = zip(numbers, sheet.documents, sheet.languages, texts, beside, strict=True)
    for position, (number, document, language, text, others) in enumerate(entries, 1):
        page = f'<section id="c{number}">\n{text}\n</section>\n'.encode()
        pages.append(page)
        rows.append((number, document, language, file, position, offset, len(page), *others))
        offset += len(page)
    pages.append(PAGE_END.encode())
    return Written(pages=pages, part=_csv(rows))


def _sms(sheet: Sheet, numbers: list[int], texts: Iterable[str]) -> Written:
    """Lines of the short messages, signed."""
    rows: list[dict[str, object]] = []
    for number, language, body in zip(numbers, sheet.languages, texts, strict=True):
        text = f"【{sheet.signatures[language]}】{body.strip()}"
        rows.append({"contact_no": number, "text": text, "parts": parts(text)})
    return Written(part=_json(rows))


def _json(rows: Iterable[dict[str, object]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _email(sheet: Sheet, numbers: list[int], texts: Iterable[str]) -> Written:
    """Lines of the e-mails: subject and the letter's own markup, of which `mail` is made."""
    return Written(
        part=_json(
            {"contact_no": number, "subject": subject, "body": text.strip()}
            for number, subject, text in zip(numbers, sheet.subjects, texts, strict=True)
        )
    )


def _wechat(_sheet: Sheet, numbers: list[int], texts: Iterable[str]) -> Written:
    """Lines of the WeChat messages."""
    return Written(
        part=_json(
            {"contact_no": number, "text": text.strip()}
            for number, text in zip(numbers, texts, strict=True)
        )
    )


KINDS: dict[str, Kind] = {
    "letter": Kind(_letters, "letters/index.csv", LETTERS_HEADING, "letters"),
    "sms": Kind(_sms, "messages/sms.jsonl"),
    "email": Kind(_email, "messages/email.jsonl"),
    "wechat": Kind(_wechat, "messages/wechat.jsonl"),
    "script": Kind(_pages, "scripts/index.csv", INDEX_HEADING, "scripts"),
}
