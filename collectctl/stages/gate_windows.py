"""Which contacts of the ledger limits need: those of the widest window, and notices of any age."""

from collections.abc import Sequence

from collectctl.compliance.packs.reader import Dated
from collectctl.compliance.packs.shapes import CapLimit, NoticeLimit

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
