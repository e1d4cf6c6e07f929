"""No night proposes a contact with somebody who owes nothing, nor writes them anything."""

import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from small_nights import SmallNight, small_night, small_project

from collectctl.cli import main

DAY = "2026-11-18"
LIABLE = {"主卡持卡人": "principal", "共同债务人": "joint_debtor", "保证人": "guarantor"}
OTHERS = ("联系人", "附属卡持卡人")
READ_NOT_SENT = ("inputs", "config", "facts", "quarantine")
"""What a night keeps of its inputs, and of what it could not use."""


@st.composite
def persons(draw: st.DrawFn) -> list[tuple[str, bool, bool, str]]:
    """Of more people their role, whether they owe another account, are reachable, and language."""
    return draw(
        st.lists(
            st.tuples(
                st.sampled_from((*OTHERS, *OTHERS, *LIABLE)), st.booleans(), st.booleans(),
                st.sampled_from(["中文", "英文", ""]),
            ),
            min_size=4, max_size=24,
        )
    )  # fmt: skip


def joined(night: SmallNight, wanted: list[tuple[str, bool, bool, str]]) -> set[str]:
    """Adds the people to the accounts by turns, and gives what is known of third persons."""
    secrets: set[str] = set()
    principals = [r["关系人编号"] for r in night.parties if r["关系"] == "主卡持卡人"]
    for n, (role, owes_another, reachable, language) in enumerate(wanted):
        account = night.accounts[n % len(night.accounts)]["账号"]
        party = principals[-1 - n % len(principals)] if owes_another else f"X{n:04}"
        mine = {
            "姓名": f"甲示例{n:03}", "手机": f"1009990{n:04}", "微信": f"wx_third_{n}",
            "电子邮箱": f"x{n}@third.example", "地址": f"无名路{n:03}号",
        }  # fmt: skip
        row = dict.fromkeys(night.headings["parties"], "") | {
            "账号": account, "关系人编号": party, "关系": role, "语言": language,
            "姓名": mine["姓名"],
        }  # fmt: skip
        row |= mine if reachable else {}
        same = (account, party, role)
        if any((r["账号"], r["关系人编号"], r["关系"]) == same for r in night.parties):
            continue
        night.parties.append(row)
        # who owes another account is reached about that one at whatever is on file
        secrets |= set(mine.values()) if role in OTHERS and not owes_another else set()
    return secrets


def written(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file that a night or an addendum makes, workbooks unpacked."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        if name.startswith(READ_NOT_SENT):
            continue
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                yield from ((f"{name}:{n}", book.read(n)) for n in book.namelist())
        else:
            yield name, path.read_bytes()


def expect_liable(night: SmallNight, folder: Path) -> None:
    roles = {(r["关系人编号"], r["账号"], LIABLE.get(r["关系"])) for r in night.parties}
    asked = pq.read_table(folder / "gate.parquet").to_pylist()
    assert asked
    for row in asked:
        assert row["role"] in LIABLE.values()
        for account in row["accounts"].split():
            assert any((row["party_id"], account, role) in roles for role in LIABLE.values())
    known = {r["关系人编号"] for r in night.parties if r["关系"] in LIABLE}
    assert set(pq.read_table(folder / "contacts.parquet")["party_id"].to_pylist()) <= known


@pytest.fixture(scope="module")
def template(fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("third") / "template"
    small_project(fresh, folder)
    return folder


@settings(
    max_examples=5, deadline=None, suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)  # fmt: skip  # a night is too long to shrink an example by
@given(wanted=persons())
def test_whoever_the_parties_are_nobody_who_owes_nothing_is_contacted(
    template: Path, wanted: list[tuple[str, bool, bool, str]]
) -> None:
    night = small_night(16)
    secrets = joined(night, wanted)
    with tempfile.TemporaryDirectory() as temporary:
        project = small_project(template, Path(temporary) / "project", night)
        where = ("--project", str(project), "--workers", "1", "--quiet")
        assert main(["run", *where]) in (0, 14)
        main(["approve", DAY, "--project", str(project), "--by", "S1003", "--reason", "seen"])
        assert main(["release", *where, "--at", "2026-11-19 09:30"]) == 0
        archive = project / "archive"
        expect_liable(night, archive / DAY)
        issued = pq.read_table(archive / f"{DAY}.release-1" / "issued.parquet")
        assert set(issued["party_id"].drop_null().to_pylist()) <= {
            r["关系人编号"] for r in night.parties if r["关系"] in LIABLE
        }
        for folder in sorted(archive.glob(f"{DAY}*")):
            for name, data in written(folder):
                assert [s for s in secrets if s.encode() in data] == [], name
