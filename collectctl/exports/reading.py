"""Which reader takes a file: what its contract says, as long as its first bytes agree.

Knows the first bytes of each kind of file; refuses to know what the readers do.
"""

from pathlib import Path

from collectctl.exports.contract import Contract
from collectctl.exports.parquet import read_parquet
from collectctl.exports.raw import Raw
from collectctl.exports.text import read_text
from collectctl.exports.workbooks import read_workbook
from collectctl.problems import InputRefusedError, Problem, Span

_KINDS = {
    b"PK\x03\x04": "xlsx",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "xls",
    b"PAR1": "parquet",
}


def read_export(contract: Contract, path: Path, file: str) -> Raw:
    """The file at `path` as text cells; `file` is the name that messages show.

    Raises:
        InputRefusedError: `wrong-kind`, and what the reader refuses.
    """
    with path.open("rb") as source:
        head = source.read(8)
    kind = next((k for magic, k in _KINDS.items() if head.startswith(magic)), "text")
    wanted = contract.reader if contract.reader != "auto" else kind
    if wanted in ("csv", "tsv") and kind != "text":
        raise InputRefusedError(
            Problem(
                code="wrong-kind",
                message=f"the file is {kind}, whatever its name says",
                span=Span(file=file),
                expected=f"a file for the reader '{contract.reader}'",
                mend="ask for the file again, or change 'reader' in the contract",
            )
        )
    if wanted in ("csv", "tsv", "text"):
        return read_text(path, contract.layout, contract.limits, file)
    if wanted == "parquet":
        return read_parquet(path, contract.layout, contract.limits, file)
    return read_workbook(path, contract.layout, contract.limits, file)
