"""Contacts asked of the gate and facts for it, made from a few lines."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from collectctl.calendar import day_number, parse_day
from collectctl.compliance.gate.facts import (
    OUTCOMES,
    ROLES,
    WISHES,
    Asked,
    Contacts,
    Facts,
    Holds,
    Wishes,
    stop_bits,
    unapproved,
)
from collectctl.compliance.gate.judge import Judged, judge
from collectctl.compliance.gate.moments import FOREVER
from collectctl.compliance.packs.reader import Packs, read_packs
from collectctl.compliance.packs.shapes import CHANNELS, STEPS
from collectctl.problems import render

PACKS = Path(__file__).parents[1] / "config" / "packs"
SHANGHAI = "Asia/Shanghai"
Made = Mapping[str, Any]


def packs(*names: str) -> Packs:
    """The packs that come along."""
    files = {f"packs/{n}.yaml": (PACKS / f"{n}.yaml").read_bytes() for n in names}
    found, problems = read_packs(files)
    assert found is not None, "\n".join(map(render, problems))
    return found


def packed(text: str) -> Packs:
    """One pack, as it would be typed."""
    found, problems = read_packs({"packs/test.yaml": text.encode()})
    assert found is not None, "\n".join(map(render, problems))
    return found


def moment(text: str, zone: str = SHANGHAI) -> int:
    """What clocks in a zone show, as a moment."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


def asked(  # noqa: PLR0913 - what a contact consists of
    at: Sequence[int], channel: str = "call", *, zones: tuple[str, ...] = (SHANGHAI,),
    person: int = 1, role: str = "principal", point: int = 1, debts: Sequence[int] = (1,),
    document: str = "", step: str = "", approved: bool = False,
) -> Asked:  # fmt: skip
    """The same contact asked for several moments."""
    size = len(at)
    return Asked(
        at=np.array(at, np.int64), channel=np.full(size, CHANNELS.index(channel)),
        person=np.full(size, person), role=np.full(size, ROLES.index(role)),
        point=np.full(size, point), zone=np.zeros(size, np.int64), zones=(zones,),
        debt_row=np.repeat(np.arange(size), len(debts)),
        debt=np.array(list(debts) * size, np.int64),
        document=np.full(size, 0 if document else -1), documents=(document,) if document else (),
        step=np.full(size, STEPS.index(step) if step else -1), purpose=np.full(size, -1),
        approved=np.full(size, approved),
    )  # fmt: skip


def rows(made: Sequence[Made], at: int, zone: str = SHANGHAI) -> Asked:
    """Several contacts with principals at one moment: who, by what, over which number, of what."""
    size = len(made)
    about = [(n, d) for n, row in enumerate(made) for d in row["debts"]]
    return Asked(
        at=np.full(size, at, np.int64),
        channel=np.array([CHANNELS.index(row["channel"]) for row in made]),
        person=np.array([row["person"] for row in made]), role=np.zeros(size, np.int64),
        point=np.array([row["point"] for row in made]), zone=np.zeros(size, np.int64),
        zones=((zone,),), debt_row=np.array([n for n, _ in about], np.int64),
        debt=np.array([d for _, d in about], np.int64), document=np.full(size, -1), documents=(),
        step=np.full(size, -1), purpose=np.full(size, -1), approved=unapproved(size),
    )  # fmt: skip


def facts(  # noqa: PLR0913 - the independent kinds of facts, most by name
    contacts: Sequence[Made] = (), wishes: Sequence[Made] = (), holds: Sequence[Made] = (),
    *, zone: str = SHANGHAI, complete_to: int = FOREVER, barred: Mapping[int, int] | None = None,
    decided: Sequence[Made] = (),
) -> Facts:  # fmt: skip
    """Facts with what is not said filled in: one person, one number, debt 1, outgoing calls."""
    about = [(n, d) for n, c in enumerate(contacts) for d in c.get("debts", (1,))]
    wished = [(n, d) for n, w in enumerate(wishes) for d in w.get("debts", ())]
    documents = sorted({str(c["document"]) for c in contacts if "document" in c})

    def column(rows: Sequence[Made], key: str, default: object) -> np.ndarray:
        return np.array([r.get(key, default) for r in rows], np.int64)

    return Facts(
        contacts=Contacts(
            at=column(contacts, "at", 0),
            channel=np.array(
                [CHANNELS.index(c.get("channel", "call")) for c in contacts], np.int64
            ),
            outcome=np.array([OUTCOMES.index(c["outcome"]) for c in contacts], np.int64),
            incoming=column(contacts, "incoming", 0), person=column(contacts, "person", 1),
            point=column(contacts, "point", 1),
            document=np.array(
                [documents.index(c["document"]) if "document" in c else -1 for c in contacts],
                np.int64,
            ),
            documents=tuple(documents),
            debt_row=np.array([n for n, _ in about], np.int64),
            debt=np.array([d for _, d in about], np.int64),
            allotted=column(contacts, "allotted", 0).astype(np.bool_),
        ),
        wishes=Wishes(
            kind=np.array([WISHES.index(w["kind"]) for w in wishes], np.int64),
            received=column(wishes, "received", 0), ends=column(wishes, "ends", FOREVER),
            person=column(wishes, "person", -1), point=column(wishes, "point", -1),
            channel=np.array(
                [CHANNELS.index(w["channel"]) if "channel" in w else -1 for w in wishes], np.int64
            ),
            weekly=tuple(w.get("weekly", ()) for w in wishes),
            debt_row=np.array([n for n, _ in wished], np.int64),
            debt=np.array([d for _, d in wished], np.int64),
        ),
        holds=Holds(
            debt=column(holds, "debt", -1), person=column(holds, "person", -1),
            starts=np.array([_day(h["starts"]) for h in holds], np.int64),
            ends=np.array([_day(h["ends"]) if "ends" in h else FOREVER for h in holds], np.int64),
            stops=np.array([stop_bits(h.get("stops", ("all",))) for h in holds], np.int64),
        ),
        barred_debt=np.array(list(barred or {}), np.int64),
        barred_day=np.array(list((barred or {}).values()), np.int64),
        decided_debt=column(decided, "debt", 1),
        decided_step=np.array([STEPS.index(d.get("step", "legal")) for d in decided], np.int64),
        decided_day=np.array([_day(d["on"]) for d in decided], np.int64),
        complete_to={"contacts": complete_to, "wishes": complete_to},
        zone=zone,
    )  # fmt: skip


def _day(text: object) -> int:
    day = parse_day(str(text))
    assert day is not None
    return day_number(day)


def told(found: Judged, row: int = 0) -> tuple[str, list[str]]:
    """The answer and the limits that spoke."""
    return found.answer(row), [limit.id for limit, _ in found.speaking(row)]


def ask(limits: Packs, one: Asked, known: Facts) -> Judged:
    """The gate's answer by all limits of the packs."""
    return judge(one, known, limits.dated)
