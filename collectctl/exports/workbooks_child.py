"""What runs in the child process: limits first, then one file, then one answer on stdout.

The answer is a line of JSON (headings, broken rows, or why the file is refused), then the cells as
an Arrow stream. Nothing that a library says about the file leaves the process.
"""

import json
import resource
import sys
from dataclasses import asdict
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any

import pyarrow as pa

from collectctl.exports.raw import Layout, Raw
from collectctl.exports.workbooks_refusal import Refusal, RefusedError


class _WithoutPandas(MetaPathFinder):
    """Says that there is no pandas.

    Arrow would load it to see whether a list is one of its frames: half of the child's time.
    """

    def find_spec(self, fullname: str, *_: object) -> None:
        """Refuses pandas and leaves the rest to others."""
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname)


def main() -> None:
    """Reads the order on stdin, obeys it, and answers on stdout."""
    sys.meta_path.insert(0, _WithoutPandas())
    order: dict[str, Any] = json.load(sys.stdin)
    limits = order["limits"]
    _limit(limits["memory_bytes"], limits["seconds"])
    layout = order["layout"]
    for key in ("required_headings", "no_value"):
        layout[key] = tuple(layout[key])
    try:
        answer = _read(order["kind"], Path(order["path"]), Layout(**layout), limits)
    except RefusedError as error:
        _say({"refused": asdict(error.refusal)})
    except MemoryError:
        _say({"refused": "memory"})
    except BaseException as error:  # noqa: BLE001 - a panic of the Rust reader is no Exception
        large = "capacity overflow" in str(error)
        _say({"refused": "memory" if large else asdict(_DAMAGED)})
    else:
        _say(_head(answer), answer)


_DAMAGED = Refusal(
    code="workbook-damaged",
    message="the file cannot be read: parts of it are missing or wrong",
    expected="a whole file of its kind",
    mend="send the file again; a workbook can also be opened in Excel and saved anew",
)


def _limit(memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    if sys.platform != "darwin":  # macOS knows the limit and does not keep it
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _read(kind: str, path: Path, layout: Layout, limits: dict[str, int]) -> Raw:
    if kind == "parquet":
        from collectctl.exports.parquet import parquet_texts

        return parquet_texts(path, limits["rows"], limits["cells"])
    from collectctl.exports.workbooks_sheet import sheet_texts

    return sheet_texts(path, kind, layout, limits["rows"], limits["cells"])


def _head(raw: Raw) -> dict[str, object]:
    return {
        "headings": raw.headings, "reader": raw.reader, "sheet": raw.sheet,
        "trailer": raw.trailer, "broken": [asdict(b) for b in raw.broken],
    }  # fmt: skip


def _say(head: dict[str, object], raw: Raw | None = None) -> None:
    out = sys.stdout.buffer
    out.write(json.dumps(head).encode() + b"\n")
    if raw is not None:
        columns = [*raw.cells, pa.array(raw.rows, pa.int64())]
        table = pa.table(columns, names=[f"c{i}" for i in range(len(columns))])
        with pa.ipc.new_stream(out, table.schema) as stream:
            stream.write_table(table)
    out.flush()
