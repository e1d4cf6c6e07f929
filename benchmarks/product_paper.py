"""Print PDFs of a night's letters, by one process: `product_paper.py PROJECT PREPARED N STEP`.

What a release does with the letters that stand: cover, index and count sheet included. N letters,
each STEP places after the one before, so that fewer letters can be of the same kinds as more.
"""

import json
import sys
from itertools import islice
from pathlib import Path

from make_project import NIGHT

from collectctl.documents.prepared import places
from collectctl.documents.printing import Release, letter_files
from collectctl.documents.senders import Standing
from collectctl.project import read_project


def main() -> None:
    """Prints them and says how many there were and how large the files are."""
    root, prepared = Path(sys.argv[1]), Path(sys.argv[2])
    number, step = int(sys.argv[3]), int(sys.argv[4])
    documents = read_project(root)[0].documents
    if documents is None:
        raise SystemExit("the project has no documents")
    standing = {
        place.number: Standing(
            item=f"{NIGHT:%Y%m%d}-{place.number:06d}", to="", language="", opens="", closes=""
        )
        for place in islice(places(prepared), 0, number * step, step)
    }
    release = Release(name="release", day=NIGHT, documents=documents, workers=1)
    size = sum(
        len(data)
        for name, data in letter_files(prepared, standing, release)
        if name.endswith(".pdf")
    )
    print(json.dumps({"letters": len(standing), "bytes": size}))


if __name__ == "__main__":
    main()
