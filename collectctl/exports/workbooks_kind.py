"""What a file is by its bytes, whatever its name says, and whether it may be unpacked.

Knows the outside of packages: magic numbers, lists of members, declared sizes. Refuses to unpack
anything.
"""

import mmap
import zipfile
from pathlib import Path, PurePosixPath
from typing import Literal

from collectctl.exports.raw import Limits
from collectctl.problems import InputRefusedError, Problem, Span

Kind = Literal["xlsx", "xls", "parquet"]

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD = 4096
_MOST_MEMBERS = 20_000
_UNPACKED_TIMES = 10
"""A workbook may unpack to so many times the largest file that is allowed."""
_OTHER_PACKAGES = (
    ("xl/workbook.bin", "a binary workbook (.xlsb)"),
    ("content.xml", "an OpenDocument file"),
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a PowerPoint file"),
)
_TEXTS = (
    (b"%pdf", "a PDF file"),
    (b"<html", "a web page (HTML)"),
    (b"<!doctype html", "a web page (HTML)"),
    (b"<table", "a web page (HTML)"),
    (b"<?mso-application", "an Excel 2003 XML file"),
    (b"urn:schemas-microsoft-com:office:spreadsheet", "an Excel 2003 XML file"),
)


def refuse(file: str, code: str, message: str, expected: str, mend: str) -> InputRefusedError:
    """The refusal of the whole file, with how to mend it."""
    return InputRefusedError(
        Problem(code=code, message=message, span=Span(file=file), expected=expected, mend=mend)
    )


def check_kind(path: Path, limits: Limits, file: str) -> Kind:
    """Whether the file is an xlsx or an xls, by its content.

    Raises:
        InputRefusedError: `not-a-workbook`, `encrypted`, `zip-bomb`, `workbook-damaged`.
    """
    with path.open("rb") as source:
        head = source.read(_HEAD)
    if head.startswith(_ZIP):
        _check_package(path, limits, file)
        return "xlsx"
    if head.startswith(_OLE):
        _check_compound(path, file)
        return "xls"
    raise _not_a_workbook(file, _describe(head))


def damaged(file: str, message: str) -> InputRefusedError:
    """The refusal of a workbook that cannot be read to its end."""
    return refuse(
        file, "workbook-damaged", message, "a whole workbook (.xlsx or .xls)",
        "send the file again; if it is refused again, open it in Excel, save it, and send that",
    )  # fmt: skip


def _not_a_workbook(file: str, found: str) -> InputRefusedError:
    mend = "send the export as .xlsx"
    if "text" in found:
        mend += ", or write 'reader: tsv' or 'reader: csv' in the contract"
    return refuse(
        file, "not-a-workbook", f"the file is {found}, whatever its name says",
        "a workbook (.xlsx or .xls)", mend,
    )  # fmt: skip


def _encrypted(file: str) -> InputRefusedError:
    return refuse(
        file, "encrypted", "the workbook is protected with a password",
        "a workbook that opens without one", "send the file without a password",
    )  # fmt: skip


def _describe(head: bytes) -> str:
    """What the file seems to be, in words."""
    if not head:
        return "empty"
    low = head.lower()
    for mark, words in _TEXTS:
        if mark in low:
            return words
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text in UTF-16"
    if b"\0" in head:
        return "of no kind that is known here"
    if b"\t" in head:
        return "tab-separated text"
    return "comma-separated text" if b"," in head else "plain text"


def _check_package(path: Path, limits: Limits, file: str) -> None:
    try:
        with zipfile.ZipFile(path) as package:
            members = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError):
        raise damaged(file, "the workbook's package cannot be opened: it may be cut off") from None
    names = [m.filename for m in members]
    if any(m.flag_bits & 1 for m in members):
        raise _encrypted(file)
    allowed = limits.bytes * _UNPACKED_TIMES
    unpacked = sum(m.file_size for m in members)
    if unpacked > allowed or len(members) > _MOST_MEMBERS:
        raise refuse(
            file, "zip-bomb",
            f"the workbook unpacks to {unpacked:,} bytes in {len(members):,} parts",
            f"at most {allowed:,} bytes in {_MOST_MEMBERS:,} parts",
            "find out what was sent; raise 'limits: bytes' only if the bank has grown this much",
        )  # fmt: skip
    if len(set(names)) != len(names) or any(_is_outside(n) for n in names):
        raise damaged(file, "the workbook's package names its parts wrongly")
    for name, words in _OTHER_PACKAGES:
        if name in names:
            raise _not_a_workbook(file, words)
    if not any(n.lower().replace("\\", "/").endswith("workbook.xml") for n in names):
        raise _not_a_workbook(file, "a ZIP archive without a workbook")


def _is_outside(name: str) -> bool:
    return ".." in PurePosixPath(name.replace("\\", "/")).parts


def _check_compound(path: Path, file: str) -> None:
    with path.open("rb") as source, mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data.find("EncryptedPackage".encode("utf-16-le")) >= 0:
            raise _encrypted(file)
        if not any(data.find(n.encode("utf-16-le")) >= 0 for n in ("Workbook", "Book\0")):
            raise _not_a_workbook(file, "an older Office document without a workbook")
