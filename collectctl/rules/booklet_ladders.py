"""The section of a printed rulebook about ladders: which document goes out from which net day on.

Knows how a step is told. Refuses to know what changed.
"""

from collections.abc import Iterator, Mapping

from collectctl.config import Bilingual
from collectctl.rules.booklet_words import Cells, Gathered, Teller, both
from collectctl.rules.ladders import Ladder
from collectctl.rules.shapes import Escalate, Measure, Missed

_MISSED: Mapping[Missed, Bilingual] = {
    "skip": both("过期的步骤放弃", "a step whose days are over is given up"),
    "step_through": both("逐步补发，每夜一步", "one after another, one a night"),
    "most_severe": both("直接取最重的一步", "the latest that is due"),
}
_ESCALATE: Mapping[Escalate, Bilingual] = {
    "by_state": both("按净逾期天数", "by the net days"),
    "by_sequence": both("前一通知确已发出之后", "after the notice before it was issued"),
}
_MEASURES: Mapping[Measure, Bilingual] = {
    "bureau": both("报送征信", "a record with the credit bureau"),
    "agency": both("委外催收", "an agency"),
    "legal": both("诉讼", "legal steps"),
}


class LadderTeller(Teller):
    """Says the ladders of a rulebook."""

    def ladders(self) -> Gathered:
        """Every step of every ladder."""
        return Gathered(
            id="ladder",
            title=both("催收阶梯", "Ladders"),
            note=both(
                "净天数 = 逾期天数 − 容时 − 停催天数，仅用于阶梯；每份文书在一轮逾期中只发一次。",
                "Net days are days past due less grace and held days, and serve ladders only."
                " A document goes out once in an episode.",
            ),
            headings=(
                both("策略", "Treatment"),
                both("自净天数", "From net day"),
                both("文书", "Document"),
                both("渠道", "Channels"),
                both("其后至少等待", "Days before the next"),
                both("不得跳过", "Never skipped"),
                both("告知", "Notice of"),
                both("漏跑之夜", "Nights missed"),
                both("升级", "Goes on"),
            ),
            entries=tuple(e for ladder in self._book.ladders.values() for e in self._of(ladder)),
            codes=frozenset({0}),
        )

    def _of(self, ladder: Ladder) -> Iterator[tuple[str, Cells]]:
        for step in ladder.steps:
            title = self._documents.get(step.document)
            cells = (
                ladder.treatment,
                str(step.after_days),
                step.document if title is None else f"{step.document} ({self._say(title)})",
                ", ".join(ladder.channels_of(step)),
                str(step.min_stay_days or "-"),
                self._yes(step.never_skip),
                "-" if step.measure is None else self._say(_MEASURES[step.measure]),
                self._say(_MISSED[ladder.missed]),
                self._say(_ESCALATE[ladder.escalate]),
            )
            yield f"{ladder.treatment} {step.document}", cells
