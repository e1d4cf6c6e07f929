"""Letters on paper: the XHTML that a night prepared as the pages of a print PDF.

Knows typst, which this module alone imports, and what stands around a letter: emblem, seal, feet of
pages, the sheet before a batch. Refuses to know which letters stand, and whether the font has their
characters: `glyphs` is asked before a text is made.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from importlib import resources
from importlib.metadata import version
from typing import TYPE_CHECKING

from collectctl.documents.glyphs import FONT, FONT_DIGEST
from collectctl.documents.page import seal
from collectctl.documents.records import Bank

if TYPE_CHECKING:
    import typst

MOST_LETTERS = 100
"""In one PDF; larger ones take more time and memory for each letter."""
LETTER, COUNT, NOTHING = "letter.typ", "count.typ", "nothing.typ"
_KEPT = 11
"""Compilations after which typst drops what none of them used; an empty one takes no time."""
_FAMILY = "Noto Sans CJK SC"
_HOME = resources.files("collectctl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One letter to print, on as many sheets as it takes."""

    reference: str
    language: str
    markup: str
    """Its elements, of the closed list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """The sheet before a batch, by which the mail room tells it from the others."""

    title: str
    lines: tuple[tuple[str, str], ...]
    """Name and value, from top to bottom; the number of sheets is added below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A print PDF."""

    pdf: bytes
    sheets: tuple[int, ...]
    """Of each letter, how many it takes; the cover is none of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One file as the count sheet lists it."""

    file: str
    document: str
    letters: int
    sheets: int


def versions() -> dict[str, str]:
    """What decides, beside this program, each byte of a PDF."""
    return {"typst": version("typst"), f"fonts/{FONT}": FONT_DIGEST}


@dataclass(frozen=True)
class Paper:
    """A bank's paper: prints any number of batches, each by itself."""

    banks: Mapping[str, Bank]
    """By language."""
    logo: str
    """The emblem as SVG; empty for none."""

    def pdf(
        self, letters: Sequence[Page], day: date, *, title: str, cover: Cover | None = None
    ) -> Printed:
        """The letters, of which there is at least one, in their order, each on its own sheets.

        The same letters, day, title and cover give the same bytes.
        """
        if not 0 < len(letters) <= MOST_LETTERS:
            raise ValueError(f"{len(letters)} letters, expected 1 to {MOST_LETTERS} in one PDF")
        first = self.banks[letters[0].language]
        facts = {
            "title": title,
            "author": first.name,
            "cover": None if cover is None else {"title": cover.title, "lines": cover.lines},
            "letters": [self._around(letter) for letter in letters],
        }
        body = "".join(f"<section>{letter.markup}</section>" for letter in letters)
        return self._printed(
            LETTER, day, len(letters), letters=f"<letters>{body}</letters>",
            seal=seal(first, _FAMILY), facts=json.dumps(facts, ensure_ascii=False),
        )  # fmt: skip

    def count_sheet(
        self, files: Sequence[Counted], day: date, *, name: str, lines: Sequence[tuple[str, str]]
    ) -> bytes:
        """The register of what was printed and sealed, for the mail room to sign."""
        bank = self.banks["zh_CN"]
        facts = {
            "title": "交寄及用印登记表 Count sheet and register of seal use",
            "name": name,
            "bank": f"{bank.name} {bank.office}",
            "lines": lines,
            "rows": [
                {"file": f.file, "document": f.document, "letters": f"{f.letters:,}",
                 "sheets": f"{f.sheets:,}"}
                for f in files
            ],
            "letters": f"{sum(f.letters for f in files):,}",
            "sheets": f"{sum(f.sheets for f in files):,}",
        }  # fmt: skip
        return self._printed(COUNT, day, 0, facts=json.dumps(facts, ensure_ascii=False)).pdf

    def _around(self, letter: Page) -> dict[str, object]:
        bank = self.banks[letter.language]
        return {
            "reference": letter.reference,
            "zh": letter.language == "zh_CN",
            "bank": bank.name,
            "footer": f"{bank.name}  ·  {bank.hotline}  ·  {bank.address}",
        }

    def _printed(self, template: str, day: date, count: int, **inputs: str) -> Printed:
        import typst

        folder = _HOME.joinpath("templates")
        compiler = typst.Compiler(
            input=str(folder.joinpath(template)), root=str(folder), font_paths=self._fonts,
            ignore_system_fonts=True, sys_inputs=inputs | {"logo": self.logo},
        )  # fmt: skip
        try:
            pdf = compiler.compile(
                format="pdf", timestamp=datetime.combine(day, time(), UTC), pdf_tags=False
            )
            # From the same layout, which typst keeps: it costs nothing to ask.
            sheets = json.loads(compiler.query("<sheets>", field="value")) if count else []
        except typst.TypstError as error:
            # Its words may quote the letter, which is somebody's.
            raise RuntimeError(f"{template} cannot print a text: {_kind(error)}") from None
        self._forget()
        if not isinstance(pdf, bytes) or len(sheets) != count:
            raise RuntimeError(f"{template} printed {len(sheets)} letters of {count}")
        return Printed(pdf=pdf, sheets=tuple(sheets))

    def _forget(self) -> None:
        """Makes typst let go of what it keeps of a batch: 100 MB, until ten others are printed."""
        for _ in range(_KEPT):
            self._nothing.compile(format="pdf", timestamp=0)

    @cached_property
    def _nothing(self) -> "typst.Compiler":
        """Compiles an empty sheet; made once, since making it costs as much as ten letters."""
        import typst

        folder = _HOME.joinpath("templates")
        return typst.Compiler(
            input=str(folder.joinpath(NOTHING)), root=str(folder), font_paths=self._fonts,
            ignore_system_fonts=True,
        )  # fmt: skip

    @cached_property
    def _fonts(self) -> "typst.Fonts":
        import typst

        return typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False,
            font_paths=[str(_HOME.joinpath("fonts"))],
        )  # fmt: skip


def _kind(error: "typst.TypstError") -> str:
    """The first words of what typst says, up to where it might quote."""
    return error.message.partition("(")[0].partition("`")[0].partition('"')[0].strip()
