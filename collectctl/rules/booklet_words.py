"""The words in which a printed rulebook is told, and the base of those who tell its sections.

Knows languages. Refuses to know what a section holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from collectctl.config import Bilingual
from collectctl.rules.rulebook import Rulebook
from collectctl.rules.wording import Wording

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """A section before it is compared with another version of it."""

    id: str
    title: Bilingual
    note: Bilingual
    headings: tuple[Bilingual, ...]
    entries: tuple[tuple[str, Cells], ...]
    codes: frozenset[int]


def both(chinese: str, english: str) -> Bilingual:
    """A text in both languages."""
    return Bilingual(zh_CN=chinese, en=english)


ID = both("编号", "Id")
NAME = both("名称", "Name")
WORDS = both("条件（文字）", "Condition in words")
WRITTEN = both("条件（规则文本）", "Condition as written")
REASON = both("理由（写给客户与员工）", "Reason, as letters and staff read it")
IF_UNKNOWN = both("资料缺失时", "Where a value is missing")
SOURCE = both("来源", "Source")
HOW_SURE = both("核实程度", "How sure")
FROM = both("自", "From")


class Teller:
    """Says the parts of one rulebook in one language."""

    def __init__(
        self, rulebook: Rulebook, documents: Mapping[str, Bilingual], language: str, day: date
    ) -> None:
        self._book = rulebook
        self._documents = documents
        self._language = language
        self._day = day
        self._wording = Wording(rulebook, language)

    def _t(self, chinese: str, english: str) -> str:
        return chinese if self._language == "zh_CN" else english

    def _say(self, text: Bilingual | None) -> str:
        return "-" if text is None else text.get(self._language)

    def _yes(self, holds: bool) -> str:  # noqa: FBT001 - a value to be told
        return self._t("是", "yes") if holds else self._t("否", "no")
