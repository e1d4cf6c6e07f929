"""Print PDFs: letters a second of one core, bytes, and memory that does not grow with their number.

Seconds are processor time, since typst lays pages out on several cores by itself; what a process
takes to start is measured with one letter and taken away on both sides.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from measuring import Ran, watch
from stages import Night, Row

HERE = Path(__file__).resolve().parent
FEW, MANY = 1_000, 10_000
LETTERS_A_SECOND = 100
BYTES_PER_1000 = 10_000_000
TENTH = 1.1


@dataclass(frozen=True, slots=True)
class _Side:
    script: str
    root: Path
    prepared: Path

    def run(self, letters: int) -> Ran:
        """So many, from all over the first ten thousand: kinds differ in what they take."""
        step = str(MANY // letters)
        count = str(letters)
        return watch([sys.executable, HERE / self.script, self.root, self.prepared, count, step])


def paper(night: Night) -> list[Row]:
    """A thousand letters against bare typst, and ten thousand against a thousand."""
    prepared = night.desk.folder / "prepared" / "letters"
    if not night.prepared.counts:
        raise SystemExit("the night prepared nothing")
    ours, bare = (
        _Side(name, night.root, prepared) for name in ("product_paper.py", "floor_paper.py")
    )
    took: dict[str, list[Ran]] = {"ours": [], "bare": []}
    for _ in range(night.repeat):
        took["bare"].append(bare.run(FEW))
        took["ours"].append(ours.run(FEW))
    spent = {
        name: median(r.processor for r in ran) - side.run(1).processor
        for (name, ran), side in zip(took.items(), (ours, bare), strict=True)
    }
    said = {name: json.loads(ran[0].output) for name, ran in took.items()}
    if said["ours"]["letters"] != FEW:
        raise SystemExit(f"the night has {said['ours']['letters']} letters, {FEW} are needed")
    bar = FEW / LETTERS_A_SECOND
    size = said["ours"]["bytes"]
    many = ours.run(MANY)
    if json.loads(many.output)["letters"] != MANY:
        raise SystemExit(f"the night has fewer than {MANY} letters")
    few = max(r.megabytes for r in took["ours"])
    floor = "bare typst, the same words, no table"
    return [
        Row(
            stage=f"print PDFs, {FEW:,} letters, processor time", ours=spent["ours"], floor=floor,
            theirs=spent["bare"], bar=f"at most {bar:g} s", met=spent["ours"] <= bar,
        ),
        Row(
            stage=f"print PDFs, {FEW:,} letters, size in MB", ours=size / 1e6, floor=floor,
            theirs=said["bare"]["bytes"] / 1e6, bar="under 10 MB", met=size < BYTES_PER_1000,
        ),
        Row(
            stage=f"print PDFs, {MANY:,} letters, peak MB", ours=many.megabytes,
            floor=f"{FEW:,} letters", theirs=few, bar="at most 1.1x",
            met=many.megabytes <= TENTH * few,
        ),
    ]  # fmt: skip
