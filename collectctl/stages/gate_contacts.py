"""The ledger's contacts as columns of the gate, for many accounts at once.

People, debts, numbers and addresses keep the ledger's own keys. Refuses to judge anything.
"""

from collections.abc import Sequence

import numpy as np

from collectctl.columns import Ints
from collectctl.compliance.gate.facts import OUTCOMES, Contacts
from collectctl.compliance.packs.reader import Dated
from collectctl.compliance.packs.shapes import CHANNELS, CapLimit, NoticeLimit
from collectctl.ledger.connect import Ledger
from collectctl.ledger.contacts import contact_columns

_DAY = 86_400


def window_start(limits: Sequence[Dated], moment: int) -> int:
    """From when on the limits count contacts, for contacts that are proposed from a moment on.

    Zones lie up to a day apart, and a window begins with a whole day.
    """
    days = [v.days for f in limits if isinstance(f.limit, CapLimit) for v in f.limit.values]
    return moment - (max(days, default=0) + 2) * _DAY


def noticed(limits: Sequence[Dated]) -> tuple[str, ...]:
    """The documents that some limit asks to have been handed over, however long ago."""
    needed = {d for f in limits if isinstance(f.limit, NoticeLimit) for d in f.limit.documents}
    return tuple(sorted(needed))


def read_contacts(ledger: Ledger, limits: Sequence[Dated], moment: int) -> Contacts:
    """All contacts that the limits could count for what is proposed from a moment on.

    Raises: LedgerError as `contact_columns` does.
    """
    found = contact_columns(ledger, window_start(limits, moment), noticed(limits))
    return Contacts(
        at=found["at"], channel=_placed(found["channel"], found["channels"], CHANNELS),
        outcome=_placed(found["outcome"], found["outcomes"], OUTCOMES),
        incoming=found["incoming"], person=found["person"], point=found["point"],
        document=found["document"], documents=tuple(map(str, found["documents"])),
        debt_row=found["debt_row"], debt=found["debt"],
        allotted=np.zeros(len(found["at"]), np.bool_),
    )  # fmt: skip


def _placed(column: Ints, names: Ints, known: Sequence[str]) -> Ints:
    """Positions in `names` as positions in what is known."""
    places = np.array([known.index(str(name)) for name in names], np.int64)
    return places[column]
