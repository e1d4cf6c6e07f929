"""How time and memory are measured: in turn, several times, all processes together."""

import gc
import os
import platform
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

LIBRARIES = (
    "pandas", "pyarrow", "numpy", "jinja2", "openpyxl", "xlsxwriter", "pydantic", "typer", "typst",
)  # fmt: skip
_EVERY = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What one run of a command took."""

    seconds: float
    processor: float
    """Seconds of processor time, all processes together."""
    megabytes: int
    """The most that all its processes held together."""
    output: str


def in_turn(
    repeat: int,
    work: Mapping[str, Callable[[], object]],
    before: Callable[[], object] = lambda: None,
) -> dict[str, float]:
    """The median seconds of each piece of work, taken in turn so that noise meets all alike.

    `before` is called before each piece and not counted.
    """
    taken: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(repeat):
        for name, one in work.items():
            before()
            gc.collect()
            begin = time.perf_counter()
            one()
            taken[name].append(time.perf_counter() - begin)
    return {name: median(seconds) for name, seconds in taken.items()}


def watch(command: Sequence[str | Path]) -> Ran:
    """Runs a command to its end and watches what it and its children hold.

    Raises:
        SystemExit: the command failed; its last words are shown.
    """
    settings = {**os.environ, "COLUMNS": "100"}
    used = _processor()
    begin = time.perf_counter()
    with subprocess.Popen(
        [str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=settings,
    ) as process:  # fmt: skip
        peak = _Peak(process.pid)
        peak.start()
        output, errors = process.communicate()
        seconds = time.perf_counter() - begin
        peak.over.set()
        peak.join()
    if process.returncode not in (0, BRAKED):
        raise SystemExit(f"{command}: exit {process.returncode}\n{errors[-2000:]}")
    return Ran(
        seconds=seconds,
        processor=_processor() - used,
        megabytes=peak.kilobytes // 1024,
        output=output,
    )


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


BRAKED = 14
"""A night that is published and waits for approval ran to its end."""


class _Peak(threading.Thread):
    """Adds up the proportional memory of a process and all below it, again and again."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.root = root
        self.kilobytes = 0
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(_EVERY):
            self.kilobytes = max(self.kilobytes, sum(map(_held, _family(self.root))))


def _family(root: int) -> list[int]:
    found = [root]
    for pid in found:
        try:
            text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        except OSError:
            continue
        found += [int(child) for child in text.split()]
    return found


def _held(pid: int) -> int:
    """Kilobytes, pages that processes share divided among them."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0)


def machine() -> list[str]:
    """Where and with what this was measured, as lines."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    names = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    memory = f"{pages * size / 2**30:.0f} GiB"
    return [
        f"{os.cpu_count()} processors ({cpu}), {memory}, Linux {platform.release()}",
        f"Python {sys.version.split()[0]}, {names}",
    ]
