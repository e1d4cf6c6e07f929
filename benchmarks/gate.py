"""The gate over a million contacts asked at once, with twenty times as many in the ledger.

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
from measuring import in_turn
from stages import Row

from collectctl.compliance.gate.facts import (
    OUTCOMES,
    WISHES,
    Asked,
    Contacts,
    Facts,
    Holds,
    Wishes,
    stop_bits,
    unapproved,
)
from collectctl.compliance.gate.judge import judge
from collectctl.compliance.gate.moments import DAY, FOREVER
from collectctl.compliance.gate.shares import remaining, share
from collectctl.compliance.packs.reader import Packs, read_packs
from collectctl.compliance.packs.shapes import CHANNELS
from collectctl.ledger.connect import connect
from collectctl.stages.gate_contacts import read_contacts, window_start

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
        ledger.execute(
            "INSERT INTO intake VALUES (1, 'dialler', 'opening', NULL, 0, 0, 0, 0, ?, 'S1', '',"
            " '')",
            (MOMENT,),
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
        ledger.execute("COMMIT")


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


@dataclass(frozen=True)
class Gate:
    """What is asked and known, beside the ledger."""

    ledger: Path
    size: int

    @cached_property
    def asked(self) -> Asked:
        """A call and a message about each debt, at the same moment."""
        size = self.size
        who = np.arange(size) // 2 + 1
        return Asked(
            at=np.full(size, MOMENT), channel=np.arange(size) % 2, person=who,
            role=np.zeros(size, np.int64), point=who, zone=np.zeros(size, np.int64),
            zones=((ZONE,),), debt_row=np.arange(size), debt=who,
            document=np.full(size, -1), documents=(), step=np.full(size, -1),
            purpose=np.full(size, -1), approved=unapproved(size),
        )  # fmt: skip

    def facts(self, contacts: Contacts) -> Facts:
        """A wish of one person in ten, a hold on one debt in fifty."""
        chance = np.random.default_rng(2)
        people = self.size // 2
        wishes, held = people // 10, people // 50
        return Facts(
            contacts=contacts,
            wishes=Wishes(
                kind=chance.integers(0, len(WISHES), wishes),
                received=MOMENT - chance.integers(1, 365 * DAY, wishes),
                ends=np.full(wishes, FOREVER), person=chance.integers(1, people + 1, wishes),
                point=np.full(wishes, -1), channel=chance.integers(-1, len(CHANNELS), wishes),
                weekly=(((4, 32_400, 43_200),),) * wishes, debt_row=np.zeros(0, np.int64),
                debt=np.zeros(0, np.int64),
            ),
            holds=Holds(
                debt=chance.integers(1, people + 1, held), person=np.full(held, -1),
                starts=np.full(held, 20_000), ends=np.full(held, FOREVER),
                stops=np.full(held, stop_bits(["all"])),
            ),
            barred_debt=np.zeros(0, np.int64), barred_day=np.zeros(0, np.int64),
            complete_to={"contacts": MOMENT, "wishes": MOMENT}, zone=ZONE,
        )  # fmt: skip

    def ours(self, limits: Packs) -> None:
        """Read, judged, and the day shared out."""
        with closing(connect(self.ledger, create=False)) as ledger:
            facts = self.facts(read_contacts(ledger, limits.dated, MOMENT))
        judge(self.asked, facts, limits.dated)
        share(remaining(self.asked, facts, limits.dated), np.arange(self.size))

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
