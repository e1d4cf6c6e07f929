"""What holds for any export: nothing is lost, nothing is guessed, order decides nothing."""

import csv
import io
import json
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collectctl.columns import Dictionary, arrow, read_dictionary
from collectctl.exports.contract import Contract, read_contract
from collectctl.exports.load import Loaded, load_export
from collectctl.exports.records import Splitter
from collectctl.exports.snapshot import take_snapshot
from collectctl.exports.splitting import Body, NotSplitError, Split, split_fast, split_slowly
from collectctl.money import scaled, unscaled
from collectctl.problems import InputRefusedError, render

ROOT = Path(__file__).parents[2]
NIGHT = date(2026, 11, 18)
HEADINGS = ("账号", "客户号", "币种", "数据日期", "逾期天数", "欠款总额", "姓名", "困难", "到期")
LESS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _dictionary() -> Dictionary:
    found, problems = read_dictionary((ROOT / "config/columns.yaml").read_bytes(), "columns.yaml")
    assert found is not None, problems
    return found


def _contract(**changes: Any) -> Contract:
    declared = {
        "format": "collectctl/1", "export": "accounts", "title": {"zh_CN": "账户", "en": "A"},
        "file": "{date}/accounts.csv", "mended": "{date}/mended/accounts_*.csv", "reader": "csv",
        "whole": {"unchecked": "test"}, "business_date": {"column": "as_of"}, "absent": "refuse",
        "empty": "allow", "unchanged": "allow", "other_headings": "refuse", "key": ["account_id"],
        "totals": ["balance"], "limits": {"bytes": "9999999", "rows": "9999", "cells": "99999"},
        "constants": {"branch_code": "B001", "product": "gold"},
        "columns": {
            "账号": "account_id", "客户号": "customer_id", "币种": "currency", "数据日期": "as_of",
            "逾期天数": "days_past_due", "欠款总额": {"to": "balance", "unit": "yuan"},
            "姓名": "name", "困难": {"to": "hardship", "values": {"是": "true", "否": "false"}},
            "到期": {"to": "due_date", "dates": ["YYYY/MM/DD"]},
        },
    } | changes  # fmt: skip
    data = json.dumps(declared, ensure_ascii=False).encode()
    found, problems = read_contract(data, "accounts.yaml", DICTIONARY)
    assert found is not None, problems
    return found


DICTIONARY = _dictionary()
CONTRACT = _contract()
AUTO = _contract(encoding="detect", header={"find": "true"})


def load(data: bytes, contract: Contract = CONTRACT, mended: bytes | None = None) -> Loaded:
    with tempfile.TemporaryDirectory() as name:
        inbox, into = Path(name) / "inbox", Path(name) / "into"
        into.mkdir()
        (inbox / "2026-11-18" / "mended").mkdir(parents=True)
        (inbox / "2026-11-18" / "accounts.csv").write_bytes(data)
        if mended is not None:
            (inbox / "2026-11-18" / "mended" / "accounts_1.csv").write_bytes(mended)
        snapshot = take_snapshot(inbox, [contract], NIGHT, into)
        return load_export(contract, snapshot, NIGHT, DICTIONARY, None)


def written(rows: Sequence[tuple[str, ...]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([HEADINGS, *rows])
    return out.getvalue()


def check_ties(found: Loaded) -> None:
    arrival = found.arrival
    rejected = set(zip(found.rejects["file"], found.rejects["row"], strict=True))
    assert arrival.rows_in == arrival.rows_used + arrival.rows_rejected
    assert arrival.rows_used == len(found.frame)
    assert arrival.rows_rejected == len(rejected)


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
SPOILT = st.sampled_from(
    ["", "x", "NULL", "1,5", "1e3", "２", "2026-11-18", "'1", "=1+1", '"', "\n"]
)
CELLS = (
    st.sampled_from(["1", "2", "3", "007", "6222021234567890000"]),
    st.sampled_from(["C1", "C2", ""]),
    st.sampled_from(["CNY", "USD", "JPY", "XXX"]), st.sampled_from(["2026-11-18", "2026-11-17"]),
    st.sampled_from(["0", "37", "-1", "5.0"]), st.sampled_from(["0", "1.5", "10.00", "9" * 20]),
    TEXT, st.sampled_from(["是", "否", ""]), st.sampled_from(["2026/01/31", "2026/02/30", ""]),
)  # fmt: skip
ROWS = st.lists(
    st.tuples(*(st.one_of(c, c, c, c, SPOILT) for c in CELLS)), min_size=1, max_size=12
)  # fmt: skip


@LESS
@given(st.one_of(st.binary(max_size=300), TEXT.map(str.encode)), st.booleans())
def test_any_bytes_give_rows_or_a_refusal(data: bytes, with_header: bool) -> None:  # noqa: FBT001 - hypothesis draws it
    head = (",".join(HEADINGS) + "\n").encode() if with_header else b""
    for contract in (CONTRACT, AUTO):
        try:
            found = load(head + data, contract)
        except InputRefusedError as error:
            assert all(render(p) for p in error.problems)  # noqa: PT017 - either way is right
        else:
            check_ties(found)


@LESS
@given(ROWS, ROWS)
def test_rows_in_are_rows_used_and_rows_rejected(
    rows: list[tuple[str, ...]], mended: list[tuple[str, ...]]
) -> None:
    good = ("9", "C9", "CNY", "2026-11-18", "1", "1.00", "", "", "")
    found = load(written([*rows, good]).encode(), mended=written(mended).encode())
    check_ties(found)
    assert len(set(found.frame["account_id"])) == len(found.frame)


def _without_places(found: Loaded) -> tuple[str, list[str]]:
    rejects = found.rejects.drop(columns="row")
    lines = sorted(json.dumps(r, default=str) for r in rejects.astype(object).values.tolist())
    return found.frame.drop(columns="_row").to_csv(index=False), lines


@LESS
@given(ROWS, st.randoms(use_true_random=False))
def test_shuffling_the_rows_changes_nothing_but_places(
    rows: list[tuple[str, ...]], random: Any
) -> None:
    rows = [*rows, ("9", "C9", "CNY", "2026-11-18", "1", "1.00", "", "", "")]
    plain = load(written(rows).encode())
    random.shuffle(rows)
    assert _without_places(load(written(rows).encode())) == _without_places(plain)


ENCODERS: dict[str, Callable[[str], bytes]] = {
    "utf-8": str.encode,
    "bom": lambda t: t.encode("utf-8-sig"),
    "gb18030": lambda t: t.encode("gb18030"),
    "utf-16": lambda t: t.encode("utf-16"),
}
VALUES = st.tuples(
    st.integers(0, 7300), st.integers(-5_000_000_000, 5_000_000_000), TEXT,
    st.sampled_from([None, True, False]),
    st.none() | st.dates(date(1900, 1, 1), date(9999, 12, 31)),
)  # fmt: skip


@LESS
@given(st.lists(VALUES, min_size=1, max_size=20), st.sampled_from([*ENCODERS]))
def test_what_goes_in_comes_out(rows: list[tuple[Any, ...]], encoding: str) -> None:
    lines = [
        (f"{i:019}7", "C1", "CNY", "2026-11-18", str(days), unscaled(minor, 2), name,
         {None: "", True: "是", False: "否"}[hard],
         "" if due is None else f"{due.year:04}/{due.month:02}/{due.day:02}")
        for i, (days, minor, name, hard, due) in enumerate(rows)
    ]  # fmt: skip
    contract = _contract(encoding="detect" if encoding != "gb18030" else "gb18030")
    found = load(ENCODERS[encoding](written(lines)), contract).frame
    assert found["account_id"].tolist() == [line[0] for line in lines]
    columns = ("days_past_due", "balance", "name", "hardship", "due_date")
    back = list(zip(*(arrow(found[c]).to_pylist() for c in columns), strict=True))
    assert back == [(d, m, n or None, h, due) for d, m, n, h, due in rows]


@LESS
@given(ROWS)
def test_the_mended_file_unmended_changes_nothing(rows: list[tuple[str, ...]]) -> None:
    good = ("9", "C9", "CNY", "2026-11-18", "1", "1.00", "", "", "")
    first = load(written([*rows, good]).encode())
    if first.mend is None:
        return
    again = load(written([*rows, good]).encode(), mended=first.mend)
    check_ties(again)
    assert again.frame.equals(first.frame)


PIECES = st.sampled_from(
    ["a", ",", '"', "\n", "\r", "\r\n", "=", " ", "中", '""', ',"', '",', "NULL"]
)


def _plain(split: Split) -> tuple[Any, ...]:
    return [c.to_pylist() for c in split[0]], split[1].tolist(), split[2]


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join), st.integers(1, 3))
def test_the_fast_reader_reads_as_the_slow_one(text: str, width: int) -> None:
    data = text.encode()
    body = Body(text=data, start=0, end=len(data), line=2, width=width, splitter=Splitter(",", '"'),
                no_value=("", "NULL"))  # fmt: skip
    try:
        fast = split_fast(body)
    except NotSplitError:
        return
    assert _plain(fast) == _plain(split_slowly(body))


NUMBER = st.from_regex(r"-?[0-9]{0,18}(\.[0-9]{0,4})?", fullmatch=True) | st.text(
    st.sampled_from("0123456789.-+eExX, "), max_size=8
)


@LESS
@given(st.lists(NUMBER, min_size=1, max_size=8))
def test_a_cell_is_read_alike_whatever_stands_beside_it(texts: list[str]) -> None:
    lines = [
        (f"{i}", "C1", "CNY", "2026-11-18", "1", text, "", "", "") for i, text in enumerate(texts)
    ]
    good = ("good", "C1", "CNY", "2026-11-18", "1", "1.00", "", "", "")
    together = load(written([*lines, good]).encode()).frame
    found = dict(zip(together["account_id"], together["balance"], strict=True))
    for i, text in enumerate(texts):
        alone = load(written([lines[i], good]).encode()).frame
        assert dict(zip(alone["account_id"], alone["balance"], strict=True)).get(str(i)) == (
            found.get(str(i))
        )
        plain = scaled(text, 2)
        if plain is not None and abs(plain) <= 5_000_000_000:
            assert found[str(i)] == plain
