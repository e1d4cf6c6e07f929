"""What `rules diff --prove` says: the moves that are possible, whatever the accounts."""

import json
import sys
from datetime import date

import numpy as np

from collectctl.commands.terminal import Format, answer_table, say
from collectctl.rules.comparison import Comparison
from collectctl.rules.proof import Moves, possible_moves
from collectctl.rules.rulebook import Rulebook

_HEADINGS = (
    "old tier", "old treatment", "new tier", "new treatment", "direction", "from", "example"
)  # fmt: skip
_OPEN = "not decided within the time limit: more moves may be possible"


def answer_moves(day: date | None, old: Rulebook, new: Rulebook, form: Format) -> bool:
    """Answers with every possible move; whether there are any, or may be.

    Of one business date, or without it of every day on which both rulebooks can be used.

    Raises:
        ConfigError: the rulebooks do not declare their columns alike, or cannot both be used.
    """
    moves = possible_moves(old, new, day)
    order = Comparison(old=old, new=new, cells=(), moved=np.zeros(0, np.bool_))
    if form is Format.JSON:
        said = json.dumps(_as_json(moves, order), ensure_ascii=False, indent=2)
        sys.stdout.write(f"{said}\n")
    else:
        rows = [
            (*m.old, *m.new, _direction(order, m.old, m.new), m.since.isoformat(), m.example)
            for m in moves.possible
        ]
        rows += [
            (a, "?", b, "?", order.tier_direction(a, b), since.isoformat(), _OPEN)
            for a, b, since in moves.open
        ]
        answer_table("possible moves", _HEADINGS, rows, form=form)
    when = f"business date {day}" if day is not None else f"every day from {moves.days[0]} on"
    say(
        f"{when}: {len(moves.possible):,} moves are possible, "
        f"{len(moves.open):,} pairs of tiers are not decided"
    )
    return bool(moves.possible or moves.open)


def _direction(order: Comparison, old: tuple[str, str], new: tuple[str, str]) -> str:
    """Of the tier, or of the treatment where the tier stays."""
    if old[0] != new[0]:
        return order.tier_direction(old[0], new[0])
    return order.treatment_direction(old[1], new[1])


def _as_json(moves: Moves, order: Comparison) -> dict[str, object]:
    return {
        "dates": [day.isoformat() for day in moves.days],
        "possible": [
            {
                "old": {"tier": m.old[0], "treatment": m.old[1]},
                "new": {"tier": m.new[0], "treatment": m.new[1]},
                "direction": _direction(order, m.old, m.new),
                "from": m.since.isoformat(),
                "example": m.example,
            }
            for m in moves.possible
        ],
        "undecided": [
            {"old": a, "new": b, "from": since.isoformat()} for a, b, since in moves.open
        ],
    }
