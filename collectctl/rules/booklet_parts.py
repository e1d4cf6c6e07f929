"""The sections of a printed rulebook about what rules are made of: parameters, scores, columns.

Knows how a value and its source are told. Refuses to know what changed.
"""

from collections.abc import Iterator

from collectctl.columns import Column
from collectctl.rules.booklet_words import (
    FROM,
    HOW_SURE,
    ID,
    NAME,
    SOURCE,
    WORDS,
    WRITTEN,
    Cells,
    Gathered,
    Teller,
    both,
)
from collectctl.rules.experiments import Experiment
from collectctl.rules.parameters import VERIFIED, Parameter
from collectctl.rules.syntax import write, write_value


class PartTeller(Teller):
    """Says what rules are made of, and what they are measured by."""

    def parameters(self) -> Gathered:
        """Every value of every parameter, with the one that holds marked."""
        entries = []
        for parameter in self._book.parameters.values():
            entries += list(self._values(parameter))
        return Gathered(
            id="parameters",
            title=both("参数", "Parameters"),
            note=both(
                f"按业务日期取值；“生效”指 {self._day} 有效的值。",
                f"A night takes the value of its business date; in force means on {self._day}.",
            ),
            headings=(
                both("参数", "Parameter"),
                NAME,
                FROM,
                both("值", "Value"),
                both("生效", "In force"),
                SOURCE,
                HOW_SURE,
                both("链接、核对日", "Link, checked on"),
            ),
            entries=tuple(entries),
            codes=frozenset({0}),
        )

    def _values(self, parameter: Parameter) -> Iterator[tuple[str, Cells]]:
        for value in parameter.values:
            unit = " ".join(t for t in (value.currency, parameter.kind.unit) if t)
            text = self._t("撤销", "withdrawn") if value.number is None else value.text
            holds = parameter.in_force(self._day, value.currency) == value
            more = ", ".join(str(t) for t in (value.link, value.checked) if t is not None)
            key = f"@{parameter.name} {value.starts} {value.currency or ''}".strip()
            yield (
                key,
                (
                    f"@{parameter.name}",
                    self._say(parameter.title),
                    str(value.starts),
                    f"{text} {unit}".strip(),
                    self._yes(holds),
                    value.source,
                    self._say(VERIFIED[value.verified]),
                    more or "-",
                ),
            )

    def scorecards(self) -> Gathered:
        """Every line of every edition of every scorecard."""
        entries: list[tuple[str, Cells]] = []
        for card in self._book.scorecards.values():
            for edition in card.editions:
                at = f"{card.name} {edition.starts}"
                first = (card.name, self._say(card.label), str(edition.starts))
                last = (edition.source, self._say(VERIFIED[edition.verified]))
                base = self._t("起始分", "base")
                entries.append((f"{at} base", (*first, base, "-", str(edition.base), *last)))
                for column, value, points in edition.rows:
                    key = f"{at} {column} {value}"
                    entries.append((key, (*first, column, value, f"{points:+d}", *last)))
        return Gathered(
            id="scorecards",
            title=both("评分卡", "Scorecards"),
            note=both(
                "起始分加各项得分。", "The base and the points of every column are added up."
            ),
            headings=(
                both("评分卡", "Scorecard"),
                NAME,
                FROM,
                both("列", "Column"),
                both("取值", "Value"),
                both("分数", "Points"),
                SOURCE,
                HOW_SURE,
            ),
            entries=tuple(entries),
            codes=frozenset({0, 3, 4}),
        )

    def derived(self) -> Gathered:
        """The columns that are computed."""
        entries = []
        for one in self._book.derived.values():
            kind = f"{one.kind.type}, {one.kind.decimals}" if one.kind.decimals else one.kind.type
            unit = one.kind.unit or "-"
            words = self._wording.value(one.value)
            cells = (one.name, self._say(one.label), words, write_value(one.value), kind, unit)
            entries.append((one.name, cells))
        return Gathered(
            id="derived",
            title=both("计算列", "Computed columns"),
            note=both(
                "四舍五入；缺少任一部分时缺失。",
                "Rounded half away from zero; missing if a part is.",
            ),
            headings=(
                ID,
                NAME,
                both("算式（文字）", "Formula in words"),
                both("算式（规则文本）", "Formula as written"),
                both("类型、小数位", "Type, decimals"),
                both("单位", "Unit"),
            ),
            entries=tuple(entries),
            codes=frozenset({0, 3}),
        )

    def segments(self) -> Gathered:
        """The named conditions."""
        entries = tuple(
            (name, (name, self._wording.condition(t.condition), write(t.condition)))
            for name, t in self._book.segments.items()
        )
        return Gathered(
            id="segments",
            title=both("命名条件", "Named conditions"),
            note=both("", ""),
            headings=(ID, WORDS, WRITTEN),
            entries=entries,
            codes=frozenset({0, 2}),
        )

    def experiments(self) -> Gathered:
        """Every arm of every experiment."""
        entries = [
            (f"{e.id} {arm.id}", self._arm(e, arm.id))
            for e in self._book.experiments.values()
            for arm in e.arms
        ]
        return Gathered(
            id="experiments",
            title=both("试验", "Experiments"),
            note=both(
                "按加盐散列分组，同一客户始终在同一组。",
                "A customer stays in one arm, by salted hash.",
            ),
            headings=(
                ID,
                NAME,
                both("起止", "From and to"),
                both("分组", "Arm"),
                both("比例", "Share"),
                both("处置", "What it gets"),
                both("单位、盐", "Unit, salt"),
            ),
            entries=tuple(entries),
            codes=frozenset({0, 3}),
        )

    def _arm(self, experiment: Experiment, name: str) -> Cells:
        arm = next(a for a in experiment.arms if a.id == name)
        share = f"{arm.buckets / 100:g}%"
        then = "; ".join(f"{k}: {v}" for k, v in arm.then.items())
        return (
            experiment.id,
            self._say(experiment.title),
            f"{experiment.starts} – {experiment.ends}",
            arm.id,
            share,
            then,
            f"{experiment.unit}, {experiment.salt}",
        )

    def policies(self) -> Gathered:
        """What is promised of every account there could be."""
        promised = self._book.policies
        entries: list[tuple[str, Cells]] = []
        for never in promised.never:
            written = " ".join(never.test.source.text.split())
            kind = self._t("不得出现", "never")
            if never.of_customer:
                kind += self._t("（按客户）", " (customer)")
            cells = (kind, never.id, self._say(never.say), written)
            entries.append((f"never {never.id}", cells))
        for rising in promised.monotone:
            but = ", ".join(rising.exceptions) or "-"
            written = self._t(
                f"{rising.column} 增大，{rising.output} 不减；例外：{but}",
                f"more {rising.column}, never less {rising.output}; except {but}",
            )
            cells = (self._t("只增不减", "monotone"), rising.id, self._say(rising.say), written)
            entries.append((f"monotone {rising.id}", cells))
        for forbidden in promised.forbidden:
            said = self._t("不得影响任何决定", "must not matter to any decision")
            cells = (self._t("禁用", "forbidden"), forbidden.column, said, forbidden.column)
            entries.append((f"forbidden {forbidden.column}", cells))
        return Gathered(
            id="policies",
            title=both("对任何账户都成立的承诺", "What holds for every account"),
            note=both("由 collectctl check 证明。", "Proved by collectctl check."),
            headings=(both("种类", "Kind"), ID, both("承诺", "Promise"), WRITTEN),
            entries=tuple(entries),
            codes=frozenset({1, 3}),
        )

    def outputs(self) -> Gathered:
        """What a treatment may say."""
        entries = tuple(
            (o.name, (o.name, o.type, ", ".join(o.values) or "-", self._yes(o.ordered)))
            for o in self._book.outputs.values()
        )
        return Gathered(
            id="outputs",
            title=both("处置的各项", "What a treatment says"),
            note=both("", ""),
            headings=(
                ID,
                both("类型", "Type"),
                both("可取值", "Values"),
                both("由轻到重", "Gentle to hard"),
            ),
            entries=entries,
            codes=frozenset({0}),
        )

    def columns(self) -> Gathered:
        """The columns of the exports that decide, with the bounds within which that is proved."""
        used = [self._book.dictionary[n] for n in self._book.dictionary if n in self._book.columns]
        return Gathered(
            id="columns",
            title=both("所用数据列", "Columns that are used"),
            note=both("证明只在这些范围内成立。", "What is proved is proved within these bounds."),
            headings=(
                ID,
                NAME,
                both("类型、单位", "Type, unit"),
                both("范围或取值", "Bounds or values"),
                both("必有", "Required"),
                both("缺失时的申明值", "Declared where missing"),
            ),
            entries=tuple((c.name, self._column(c)) for c in used),
            codes=frozenset({0}),
        )

    def _column(self, column: Column) -> Cells:
        kind = ", ".join(t for t in (column.type, column.unit) if t)
        bounds = f"{column.minimum or '…'} – {column.maximum or '…'}"
        if column.values:
            bounds = ", ".join(f"{v} ({self._say(column.value_labels[v])})" for v in column.values)
        elif column.minimum is None and column.maximum is None:
            bounds = "-"
        given = column.if_missing
        declared = "-" if given is None else f"{given.value}: {given.because}"
        return (
            column.name,
            self._say(column.label),
            kind,
            bounds,
            self._yes(column.required),
            declared,
        )
