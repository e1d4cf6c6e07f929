"""The child process that opens workbooks and Parquet: started, limited, and its answer taken.

Knows how a child ends and what that says about the file. Refuses to open the file itself: a few
bytes of it can take all memory or end the process that reads them.
"""

import json
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from collectctl.exports.raw import BrokenRow, Layout, Limits, Raw
from collectctl.exports.workbooks_kind import Kind, damaged, refuse
from collectctl.problems import InputRefusedError

_ROOT = Path(__file__).parents[2]
_START = (
    "import sys; sys.path.append({root!r});"
    "from collectctl.exports.workbooks_child import main; main()"
)
_ENVIRONMENT = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "OPENBLAS_NUM_THREADS": "1",
    "LC_ALL": "C.UTF-8",
}
"""Nothing of the parent's; libraries that reserve memory ahead would take it from the limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One file to read, and how."""

    path: Path
    kind: Kind
    layout: Layout
    limits: Limits
    file: str
    """The name that messages show."""


def read_in_child(job: Job) -> Raw:
    """The file as the child read it.

    Raises:
        InputRefusedError: what the child refuses, and `workbook-damaged`, `workbook-too-large`,
            `workbook-too-slow` when it does not come to an end.
    """
    order = {
        "path": str(job.path), "kind": job.kind,
        "layout": asdict(job.layout), "limits": asdict(job.limits),
    }  # fmt: skip
    try:
        ended = subprocess.run(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-I", "-c", _START.format(root=str(_ROOT))],
            input=json.dumps(order).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a library's last words may carry somebody's data
            timeout=job.limits.seconds,
            check=False,
            env=_ENVIRONMENT,
        )
    except subprocess.TimeoutExpired:
        raise _too_slow(job) from None
    if ended.returncode != 0:
        raise _ended_badly(job, ended.returncode)
    return _answer(job, ended.stdout)


def _too_slow(job: Job) -> InputRefusedError:
    return refuse(
        job.file, "workbook-too-slow",
        f"reading the file takes longer than {job.limits.seconds} seconds",
        "a file that can be read in time",
        "send the export as CSV, or raise 'limits: seconds' in the contract",
    )  # fmt: skip


def too_large(job: Job) -> InputRefusedError:
    """The refusal of a file that needs more memory than its contract allows."""
    return refuse(
        job.file, "workbook-too-large",
        f"reading the file needs more than {job.limits.memory_bytes:,} bytes of memory",
        "a sheet that holds its rows only",
        "delete what stands far below or right of the rows, or raise 'limits: memory'",
    )  # fmt: skip


def _ended_badly(job: Job, code: int) -> InputRefusedError:
    if code == -signal.SIGXCPU:
        return _too_slow(job)
    if code in (-signal.SIGABRT, -signal.SIGKILL, -signal.SIGTRAP):
        return too_large(job)
    return damaged(job.file, "the file cannot be read to its end")


def _answer(job: Job, data: bytes) -> Raw:
    head, _, body = data.partition(b"\n")
    found: dict[str, Any] = json.loads(head)
    refused = found.get("refused")
    if refused == "memory":
        raise too_large(job)
    if refused is not None:
        raise refuse(job.file, **refused)
    table = pa.ipc.open_stream(body).read_all()
    *cells, rows = (c.combine_chunks() for c in table.columns)
    return Raw(
        headings=tuple(found["headings"]),
        cells=tuple(cells),
        rows=np.asarray(rows.to_numpy(zero_copy_only=False), np.int64),
        reader=found["reader"],
        encoding=None,
        sheet=found["sheet"],
        broken=tuple(BrokenRow(**{**b, "fields": tuple(b["fields"])}) for b in found["broken"]),
        trailer=None if found["trailer"] is None else tuple(found["trailer"]),
    )
