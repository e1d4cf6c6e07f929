"""The night's gate over a million contacts asked at once, with twenty times as many in the ledger.

Contacts lie spread over a year; the longest window of the mainland pack and the house is a day, of
Regulation F a week. Both sides read from the same file; the floor reads what the window holds and
counts connected calls by person and day, no more.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
from measuring import in_turn
from stages import Row

from collectctl.compliance.gate.facts import OUTCOMES, WISHES
from collectctl.compliance.gate.moments import DAY
from collectctl.compliance.packs.reader import Packs, read_packs
from collectctl.compliance.packs.shapes import CHANNELS
from collectctl.ledger.connect import connect
from collectctl.ledger.recalled import recalled
from collectctl.project import Project, read_project
from collectctl.stages.circumstances import NOTHING
from collectctl.stages.gate_windows import noticed, window_start
from collectctl.stages.gated import Asking
from collectctl.stages.gated import gate as judged
from collectctl.stages.importing import feed_key
from collectctl.stages.sharing import shared

PACKS = Path(__file__).resolve().parents[1] / "config" / "packs"
ZONE = "Asia/Shanghai"
MOMENT = 1_795_136_400  # 2026-11-20 09:00 in Shanghai
SECONDS = 20
"""For a million contacts asked and twenty million in the ledger, reading included."""
IN_LEDGER = 20
"""Contacts in the ledger for each one asked."""
_OUTCOMES = (
    ("unanswered", 46), ("connected", 12), ("conversation", 12), ("busy", 8), ("voicemail", 6),
    ("sent", 8), ("delivered", 5), ("handed_over", 2), ("not_in_service", 0.6), ("failed", 0.3),
    ("returned", 0.1),
)  # fmt: skip
_BY_SMS = frozenset({"sent", "delivered", "failed"})
_CHUNK = 200_000


def packs(*names: str) -> Packs:
    """Packs that come along."""
    found, _ = read_packs({f"packs/{n}.yaml": (PACKS / f"{n}.yaml").read_bytes() for n in names})
    if found is None:
        raise SystemExit("the packs that come along are refused")
    return found


def fill(path: Path, people: int, contacts: int) -> None:
    """A ledger with so many people, each with a debt and a number, and contacts over a year.

    Indexes and guards are made again at the end, as they were: row by row they take an hour.
    """
    with closing(connect(path)) as ledger:
        ledger.execute("PRAGMA cache_size = -400000")
        ledger.execute("PRAGMA synchronous = OFF")
        ledger.execute("BEGIN")
        made = ledger.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE tbl_name IN ('contact',"
            " 'contact_debt') AND type IN ('index', 'trigger') AND sql IS NOT NULL"
        ).fetchall()
        for kind, name, _ in made:
            ledger.execute(f"DROP {kind} {name}")
        for n, (name, feed) in enumerate(starter().feeds.items(), 1):
            ledger.execute(
                "INSERT INTO intake (number, feed, kind, rows_in, rows_new, rows_known,"
                " rows_rejected, complete_to, stated_by, reason, recorded_at)"
                " VALUES (?, ?, 'opening', 0, 0, 0, 0, ?, 'S1', 'a benchmark', '')",
                (n, feed_key(feed.kind, name), MOMENT),
            )
        keys = range(1, people + 1)
        ledger.executemany("INSERT INTO person VALUES (?, ?)", ((k, f"P{k}") for k in keys))
        ledger.executemany("INSERT INTO debt VALUES (?, ?)", ((k, f"A{k}") for k in keys))
        ledger.executemany(
            "INSERT INTO point VALUES (?, 'phone', ?)", ((k, f"{k:011}") for k in keys)
        )
        for rows in _made(people, contacts):
            ledger.executemany(
                "INSERT INTO contact VALUES (?, 1, 'dialler', ?, ?, ?, ?, 0, ?, ?, 'dialler',"
                " NULL, NULL)",
                rows,
            )
            ledger.executemany(
                "INSERT INTO contact_debt VALUES (?, ?)", ((row[0], row[5]) for row in rows)
            )
        for _, _, sql in made:
            ledger.execute(sql)
        _say(ledger, people)
        ledger.execute("COMMIT")


def _say(ledger: sqlite3.Connection, people: int) -> None:
    """A wish of one person in ten, a hold on one debt in fifty."""
    chance = np.random.default_rng(2)
    wishes, held = people // 10, people // 50
    columns = (
        chance.integers(0, len(WISHES), wishes), MOMENT - chance.integers(1, 365 * DAY, wishes),
        chance.integers(1, people + 1, wishes), chance.integers(0, len(CHANNELS), wishes),
    )  # fmt: skip
    ledger.executemany(
        "INSERT INTO wish VALUES (?, 1, 'desk', ?, ?, ?, NULL, ?, NULL, ?, ?, NULL)",
        [
            (n, f"w{n}", WISHES[kind], at, who, CHANNELS[channel], "Fri 09:00-12:00")
            for n, (kind, at, who, channel) in enumerate(
                zip(*(c.tolist() for c in columns), strict=True), 1
            )
        ],
    )
    ledger.executemany(
        "INSERT INTO hold (number, debt, starts, reason, evidence, stops, set_by, lifted_by,"
        " review, recorded_at) VALUES (?, ?, '2026-10-01', 'r', 'e', 'all', 'S1', 'compliance',"
        " '2026-12-01', '')",
        [(n, who) for n, who in enumerate(chance.integers(1, people + 1, held).tolist(), 1)],
    )


def _made(people: int, contacts: int) -> Iterator[list[tuple[object, ...]]]:
    """In order of their moment, as feeds bring them night by night."""
    chance = np.random.default_rng(1)
    moments = np.sort(MOMENT - 1 - chance.integers(0, 365 * DAY, contacts))
    names = [name for name, _ in _OUTCOMES]
    weights = np.array([weight for _, weight in _OUTCOMES])
    for start in range(0, contacts, _CHUNK):
        at = moments[start : start + _CHUNK]
        outcome = chance.choice(len(names), len(at), p=weights / weights.sum())
        person = chance.integers(1, people + 1, len(at))
        yield [
            (
                start + n + 1, f"r{start + n + 1:09}", moment,
                "sms" if names[o] in _BY_SMS else "call", names[o], who, who,
            )
            for n, (moment, o, who) in enumerate(
                zip(at.tolist(), outcome.tolist(), person.tolist(), strict=True)
            )
        ]  # fmt: skip


def starter() -> Project:
    """The starter configuration; a benchmark asks with packs of its own."""
    return read_project(PACKS.parents[1])[0]


@dataclass(frozen=True)
class Gate:
    """What is asked, beside the ledger."""

    ledger: Path
    size: int

    @cached_property
    def asking(self) -> Asking:
        """A call and a message about each debt, at the same moment."""
        size = self.size
        who = np.arange(size) // 2 + 1
        names = {letter: pa.array([f"{letter}{k}" for k in who.tolist()]) for letter in "PA"}
        nothing = pa.nulls(size, pa.string())
        form = pa.array(["call", "sms"] * (size // 2))
        return Asking(
            table=pa.table({
                "kind": pa.array(["task", "document"] * (size // 2)),
                "item": pa.array(np.arange(1, size + 1)), "party_id": names["P"],
                "role": pa.array(["principal"] * size), "channel": form, "form": form,
                "document": nothing, "step": nothing, "point_kind": pa.array(["phone"] * size),
                "point_value": pa.array([f"{k:011}" for k in who.tolist()]),
            }),
            debt_row=np.arange(size), accounts=names["A"],
        )  # fmt: skip

    def ours(self, limits: Packs) -> None:
        """Read, put into codes, judged with windows and reasons, and the day shared out."""
        project = replace(starter(), packs=limits)
        with closing(connect(self.ledger, create=False)) as ledger:
            found = recalled(ledger, window_start(limits.dated, MOMENT), noticed(limits.dated))
        shared(judged(project, self.asking, found, NOTHING, (MOMENT, MOMENT + DAY)), limits.dated)

    def bare(self, limits: Packs) -> None:
        """What the window holds, read and counted by person and day."""
        with closing(sqlite3.connect(self.ledger)) as ledger:
            rows = ledger.execute(
                "SELECT person, at, channel = 'call' AND outcome IN ('conversation', 'connected')"
                " FROM contact WHERE at >= ?",
                (window_start(limits.dated, MOMENT),),
            ).fetchall()
        person, at, counts = np.array(rows, np.int64).T
        day = (at + 8 * 3600) // DAY
        key = person[counts == 1] * 100_000 + day[counts == 1]
        np.unique(key, return_counts=True)


def gate(folder: Path, asked: int, repeat: int) -> list[Row]:
    """The gate with the mainland pack and the house's, and with Regulation F."""
    one = Gate(folder / "gate.db", asked)
    fill(one.ledger, asked // 2, asked * IN_LEDGER)
    rows = []
    for names in (("cn", "house"), ("us-reg-f",)):
        limits = packs(*names)
        took = in_turn(
            repeat, {"ours": lambda p=limits: one.ours(p), "bare": lambda p=limits: one.bare(p)}
        )
        row = Row(
            stage=f"gate, {' and '.join(names)}, {asked * IN_LEDGER:,} contacts in the ledger",
            ours=took["ours"], floor="sqlite3, numpy, calls by person and day", theirs=took["bare"],
        )  # fmt: skip
        most = SECONDS * max(1, asked / 1_000_000)
        rows.append(replace(row, bar=f"at most {most:g} s", met=took["ours"] <= most))
    return rows


assert {name for name, _ in _OUTCOMES} <= set(OUTCOMES)  # noqa: S101 - a name that is mistyped counts for nothing
