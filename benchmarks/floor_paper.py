"""The words of the same letters set by bare typst: `floor_paper.py PROJECT PREPARED N STEP`.

A page a letter, paragraph by paragraph, with the same font; a hundred in one PDF. No head, table,
seal, page number, index or cover.
"""

import datetime as dt
import html
import json
import re
import sys
import tempfile
from importlib import resources
from itertools import islice
from pathlib import Path

import typst

from collectctl.documents.prepared import pages, places

SOURCE = """
#set page(paper: "a4", margin: (top: 12mm, right: 18mm, bottom: 15mm, left: 20mm))
#set text(font: "Noto Sans CJK SC", fallback: false, lang: "zh", size: 9.2pt)
#set par(justify: true)
#for letter in json(bytes(sys.inputs.letters)) {
  page(for line in letter { par(line) })
}
"""
IN_ONE = 100
AT = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
_BLOCK = re.compile(r"</?(?:p|li|h1|h2|div|table|caption|tr|ul|ol|header)\b[^>]*>")


def main() -> None:
    """Sets them and says how many there were and how large the files are."""
    prepared, number, step = Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False,
        font_paths=[str(resources.files("collectctl").joinpath("fonts"))],
    )  # fmt: skip
    found = list(islice(places(prepared), 0, number * step, step))
    size = 0
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "floor.typ"
        source.write_text(SOURCE, encoding="utf-8")
        for n in range(0, len(found), IN_ONE):
            letters = [_lines(page.decode()) for page in pages(prepared, found[n : n + IN_ONE])]
            pdf = typst.Compiler(
                input=str(source), font_paths=fonts, ignore_system_fonts=True,
                sys_inputs={"letters": json.dumps(letters, ensure_ascii=False)},
            ).compile(format="pdf", timestamp=AT, pdf_tags=False)  # fmt: skip
            size += len(pdf)
    print(json.dumps({"letters": len(found), "bytes": size}))


def _lines(section: str) -> list[str]:
    text = _BLOCK.sub("\n", section)
    text = html.unescape(re.sub(r"<[^>]+>", " ", text))
    return [line for raw in text.split("\n") if (line := " ".join(raw.split()))]


if __name__ == "__main__":
    main()
