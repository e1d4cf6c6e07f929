"""Faults planted in the exports, as real ones have them; each is told in `faults.tsv`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from qinghe.rows import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Where something is wrong, and what a reader should find there."""

    night: str
    file: str
    line: int
    """Line in the file, from 1, the header included."""
    account_id: str
    """As the bank knows it, even where the file spells it wrong."""
    kind: str


def _set(heading: str, cell: str) -> Callable[[Row], list[Row]]:
    def damage(row: Row) -> list[Row]:
        return [{**row, heading: cell}]

    return damage


def _letter(row: Row) -> list[Row]:
    """A letter O typed for a zero, and an amount that had one."""
    return [{**row, "违约金": row["违约金"][:-1] + "O"}]


def _rounded_id(row: Row) -> list[Row]:
    """What a spreadsheet makes of 19 digits, saved again as text."""
    return [{**row, "账号": row["账号"][:15] + "0000"}]


def _scientific_id(row: Row) -> list[Row]:
    """What a spreadsheet shows of 19 digits."""
    return [{**row, "账号": f"{row['账号'][0]}.{row['账号'][1:6]}E+18"}]


def _twice(row: Row) -> list[Row]:
    return [row, dict(row)]


def _contradicted(row: Row) -> list[Row]:
    """The same account again, with another product and score."""
    return [row, {**row, "产品": "商务卡", "行内评分": "801"}]


def _parts(row: Row) -> list[Row]:
    """Principal that was raised by 30.00 while the total was not."""
    whole, _, part = row["透支本金"].partition(".")
    return [{**row, "透支本金": f"{int(whole) + 30}.{part}"}]


def _comma(row: Row) -> list[Row]:
    """A comma in an address that the exporting system did not quote: a field too many."""
    cells = {k: v for k, v in row.items() if k not in ("邮编", "语言")}
    return [{**cells, "邮编": "后门", "语言": row["邮编"], "": row["语言"]}]


KINDS: Mapping[str, Callable[[Row], list[Row]]] = {
    "bad-date": _set("到期还款日", "2026-02-30"),
    "other-date-spelling": _set("到期还款日", "11月3日"),
    "letter-in-amount": _letter,
    "unknown-branch": _set("支行", "B019"),
    "unknown-product": _set("产品", "白金卡"),
    "missing-customer": _set("客户号", ""),
    "negative-days": _set("逾期天数", "-3"),
    "score-out-of-bounds": _set("行内评分", "7205"),
    "rounded-account": _rounded_id,
    "scientific-account": _scientific_id,
    "duplicate-row": _twice,
    "contradicting-rows": _contradicted,
    "parts-do-not-add-up": _parts,
    "field-too-many": _comma,
    "unknown-role": _set("关系", "邻居"),
    "unlisted-status": _set("账户状态", "under_review_by_district"),
    "unknown-step": _set("措施", "起诉意向"),
}
"""Each kind of fault: the rows that stand in the file instead of the one."""

PLAN: Mapping[str, Mapping[str, tuple[tuple[str, int], ...]]] = {
    "2026-11-18": {
        "accounts": (
            *(("bad-date", 118), ("letter-in-amount", 241), ("unknown-branch", 399)),
            *(("missing-customer", 655), ("rounded-account", 820), ("duplicate-row", 1107)),
            *(("contradicting-rows", 1408), ("parts-do-not-add-up", 1702)),
        ),
        "parties": (("field-too-many", 950), ("unknown-role", 2210)),
    },
    "2026-11-19": {
        "accounts": (
            *(("other-date-spelling", 205), ("missing-customer", 480), ("negative-days", 731)),
            *(("scientific-account", 1016), ("parts-do-not-add-up", 1499)),
        ),
        "parties": (("field-too-many", 1333),),
    },
    "2026-11-20": {
        "accounts": (
            *(("letter-in-amount", 150), ("unknown-product", 333), ("score-out-of-bounds", 612)),
            *(("rounded-account", 888), ("contradicting-rows", 1205), ("duplicate-row", 1650)),
        ),
        "parties": (("field-too-many", 402),),
        "statuses": (("unlisted-status", 57),),
        "decisions": (("unknown-step", 131),),
    },
}
"""By night and export, which faults stand near which row."""


def damage(
    rows: list[Row], plan: tuple[tuple[str, int], ...], spared: frozenset[str]
) -> tuple[list[Row], list[tuple[int, str, str]]]:
    """The rows with the planned faults in them, and of each its line, account and kind.

    An account in `spared` keeps its row; the fault moves on to the next one.
    """
    at = {}
    for kind, wanted in plan:
        place = wanted
        while rows[place]["账号"] in spared or place in at:
            place += 1
        at[place] = kind
    result: list[Row] = []
    told: list[tuple[int, str, str]] = []
    for place, row in enumerate(rows):
        found = KINDS[at[place]](row) if place in at else [row]
        if place in at:
            lines = range(len(result) + 2, len(result) + 2 + len(found))
            told += [(line, row["账号"], at[place]) for line in lines]
        result += found
    return result, told
