"""Where a sheet of an xlsx holds errors such as #N/A, which the reader gives as empty cells.

Knows how an error stands in the XML of a sheet; refuses to know any other cell.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree as ET

_CELL = re.compile(rb"<(?:\w+:)?c\s[^>]*\bt=[\"']e[\"'][^>]*>")
_REFERENCE = re.compile(rb"\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
_MARKS = (b't="e"', b"t='e'")
_PIECE = 1 << 20
_OVERLAP = 1 << 12
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_ID = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


class NotFoundError(Exception):
    """There are errors in the workbook, and where they stand cannot be told."""


def error_cells(path: Path, sheet: str) -> set[tuple[int, int]]:
    """Row and column (from 0) of each cell of the sheet that holds an error.

    Raises:
        NotFoundError: the workbook holds errors that cannot be placed.
    """
    with zipfile.ZipFile(path) as package:
        member = _member(package, sheet)
        if member is not None:
            return set(_errors(package, member))
        for name in package.namelist():
            is_sheet = "sheet" in name.lower() and name.lower().endswith(".xml")
            if is_sheet and next(_errors(package, name), None) is not None:
                raise NotFoundError
    return set()


def _member(package: zipfile.ZipFile, sheet: str) -> str | None:
    """The file of the package that holds the sheet, if its lists say so plainly."""
    names = set(package.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    try:
        book = ET.fromstring(package.read("xl/workbook.xml"))  # noqa: S314 - in a limited child
        links = ET.fromstring(package.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - as above
    except ET.ParseError:
        return None
    wanted = {
        e.get(_ID) or e.get(_STRICT_ID)
        for e in book.iter()
        if e.tag.endswith("}sheet") and e.get("name") == sheet
    }
    targets = [e.get("Target", "") for e in links if e.get("Id") in wanted]
    if len(targets) != 1:
        return None
    target = targets[0]
    member = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
    return member if member in names else None


def _errors(package: zipfile.ZipFile, member: str) -> Iterator[tuple[int, int]]:
    with package.open(member) as source:
        rest = b""
        while piece := source.read(_PIECE):
            text = rest + piece
            if any(mark in text for mark in _MARKS):
                for found in _CELL.finditer(text):
                    yield _place(found.group())
            rest = text[-_OVERLAP:]


def _place(cell: bytes) -> tuple[int, int]:
    found = _REFERENCE.search(cell)
    if found is None:
        raise NotFoundError
    column = 0
    for letter in found.group(1):
        column = column * 26 + letter - 64
    return int(found.group(2)) - 1, column - 1
