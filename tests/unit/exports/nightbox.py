"""An inbox with one small export, and the contract for it, for tests to bend."""

import json
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from collectctl.columns import Dictionary, read_dictionary
from collectctl.exports.contract import Contract, read_contract
from collectctl.exports.load import Loaded, load_export
from collectctl.exports.snapshot import Snapshot, take_snapshot
from collectctl.problems import InputRefusedError, Problem

ROOT = Path(__file__).parents[3]
NIGHT = date(2026, 11, 18)
MAIN = "2026-11-18/accounts_20261118.csv"
HEADINGS = ("账号", "客户号", "币种", "数据日期", "逾期天数", "欠款总额")
ROW = ("6060001", "C1", "CNY", "2026-11-18", "37", "1234.50")
ANOTHER = ("6060002", "C2", "CNY", "2026-11-18", "5", "10")


@cache
def dictionary() -> Dictionary:
    found, problems = read_dictionary((ROOT / "config/columns.yaml").read_bytes(), "columns.yaml")
    assert found is not None, problems
    return found


def declared(**changes: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "format": "collectctl/1",
        "export": "accounts",
        "title": {"zh_CN": "逾期账户", "en": "Overdue accounts"},
        "file": "{date}/accounts_{yyyymmdd}.csv",
        "mended": "{date}/mended/accounts_*.csv",
        "reader": "csv",
        "header": {"row": "1"},
        "whole": {"unchecked": "small"},
        "business_date": {"column": "as_of"},
        "absent": "refuse",
        "empty": "refuse",
        "unchanged": "refuse",
        "other_headings": "refuse",
        "no_value": ["NULL"],
        "key": ["account_id"],
        "totals": ["balance"],
        "limits": {"bytes": "1000000", "rows": "1000", "cells": "20000"},
        "constants": {"branch_code": "B001", "product": "gold"},
        "columns": {
            "账号": "account_id",
            "客户号": "customer_id",
            "币种": "currency",
            "数据日期": "as_of",
            "逾期天数": "days_past_due",
            "欠款总额": {"to": "balance", "unit": "yuan"},
        },
    }
    return {k: v for k, v in (usual | changes).items() if v is not None}


def read(**changes: Any) -> tuple[Contract | None, tuple[Problem, ...]]:
    data = json.dumps(declared(**changes), ensure_ascii=False, indent=1).encode()
    return read_contract(data, "accounts.yaml", dictionary())


def contract(**changes: Any) -> Contract:
    found, problems = read(**changes)
    assert found is not None, problems
    return found


def mapped(**more: Any) -> dict[str, Any]:
    """The usual headings and these."""
    columns: dict[str, Any] = declared()["columns"]
    return columns | more


def csv(*rows: Sequence[str], headings: Sequence[str] = HEADINGS, tail: str = "") -> bytes:
    lines = [",".join(r) for r in (headings, *rows)]
    return ("\n".join(lines) + "\n" + tail).encode()


def put(inbox: Path, data: bytes, name: str = MAIN) -> None:
    path = inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def snapped(inbox: Path, *contracts: Contract) -> Snapshot:
    into = inbox.parent / f"{inbox.name}-copy-{len(list(inbox.parent.iterdir()))}"
    into.mkdir()
    return take_snapshot(inbox, contracts, NIGHT, into)


def loaded(inbox: Path, one: Contract | None = None, previous: str | None = None) -> Loaded:
    one = one or contract()
    return load_export(one, snapped(inbox, one), NIGHT, dictionary(), previous)


def refused(inbox: Path, one: Contract | None = None, previous: str | None = None) -> list[str]:
    """The codes of the refusal."""
    try:
        loaded(inbox, one, previous)
    except InputRefusedError as error:
        return [p.code for p in error.problems]
    return []


def faults(found: Loaded) -> list[tuple[int, str, str]]:
    """Row, heading and code of each fault."""
    table = found.rejects
    return list(
        zip(table["row"].tolist(), table["column"].tolist(), table["code"].tolist(), strict=True)
    )


def column(found: Loaded, name: str) -> list[Any]:
    values: list[Any] = found.frame[name].tolist()
    return values
