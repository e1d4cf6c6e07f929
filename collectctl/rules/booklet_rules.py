"""The sections of a printed rulebook about rules: tiers, treatments, further documents, customers.

Knows how a rule is told. Refuses to know what changed.
"""

from collections.abc import Mapping

from collectctl.config import Bilingual
from collectctl.rules.booklet_words import (
    ID,
    IF_UNKNOWN,
    REASON,
    WORDS,
    WRITTEN,
    Cells,
    Gathered,
    Teller,
    both,
)
from collectctl.rules.chains import MANUAL, Chain, Rule
from collectctl.rules.syntax import write

_UNKNOWN: Mapping[str | None, Bilingual] = {
    None: Bilingual(zh_CN="交人工判断", en="a person decides"),
    "no_match": Bilingual(zh_CN="视为不符合", en="counts as not so"),
    "match": Bilingual(zh_CN="视为符合", en="counts as so"),
}


_CHAINS: Mapping[str, tuple[Bilingual, Bilingual]] = {
    "tiers": (
        both("分层规则", "Rules that give the tier"),
        both(
            "无规则适用或不能判定的账户按末行处理。",
            "The last line is for accounts that no rule fits.",
        ),
    ),
    "treatments": (
        both("催收策略", "Treatments"),
        both("每层、每种情形的处置：语气、文书、渠道。", "What is done: tone, document, channels."),
    ),
    "addons": (
        both("附加文书", "Further documents"),
        both("凡符合者一并发出。", "Each that fits goes out as well."),
    ),
}
_HITS = {
    "unique": both("只应有一条规则适用。", "At most one rule may fit."),
    "first": both(
        "自上而下，第一条适用者为准。", "From top to bottom, the first that fits decides."
    ),
    "collect": both("所有适用者都算。", "All that fit count."),
}


class RuleTeller(Teller):
    """Says what decides, in the order in which it does."""

    def general(self) -> Gathered:
        """What the rulebook is called, and from when it may be used."""
        book = self._book
        lines = {
            "ruleset": (self._t("规则集", "Ruleset"), book.id),
            "title": (self._t("标题", "Title"), self._say(book.title)),
            "version": (self._t("版本", "Version"), book.version),
            "owner": (self._t("归口部门", "Owner"), book.owner or "-"),
            "effective": (
                self._t("自业务日期", "From business date"),
                self._t("不限", "any") if book.effective_from is None else str(book.effective_from),
            ),
            "currency": (self._t("金额币种", "Currency of its amounts"), book.currency),
            "manual": (
                self._t("不能判定时", "What cannot be decided"),
                self._t(
                    f"记为 {MANUAL}，由人判断；未知不当作“否”。",
                    f"is {MANUAL}: a person decides. Unknown is never taken as no.",
                ),
            ),
        }
        return Gathered(
            id="general",
            title=both("概况", "In general"),
            note=both("", ""),
            headings=(both("项目", "Item"), both("内容", "Says")),
            entries=tuple(lines.items()),
            codes=frozenset(),
        )

    def order(self) -> Gathered:
        """The tiers from gentle to hard, each with the rules that give it."""
        rules = self._book.tier_chain.rules
        entries = []
        for rank, tier in enumerate(self._book.tiers, 1):
            given = [r.id for r in rules if r.then.get("tier") == tier]
            entries.append((tier, (str(rank), tier, ", ".join(given) or "-")))
        return Gathered(
            id="order",
            title=both("分层次序", "Tiers in their order"),
            note=both("由轻到重。", "From gentle to hard."),
            headings=(both("次序", "Rank"), both("分层", "Tier"), both("由规则", "Given by")),
            entries=tuple(entries),
            codes=frozenset({2}),
        )

    # chains

    def chain(self, chain: Chain) -> Gathered:
        """The rules of one decision, in the order in which they are asked."""
        outputs = {"tiers": ["tier"], "addons": ["document"]}.get(
            chain.name, list(self._book.outputs)
        )
        title, note = _CHAINS[chain.name]
        hit = _HITS[chain.hit]
        entries = [(r.id, self._rule(n, r, outputs)) for n, r in enumerate(chain.rules, 1)]
        if chain.otherwise is not None:
            given = (self._output(o, chain.otherwise.get(o, "-")) for o in outputs)
            rest = self._t("其余账户", "all other accounts")
            entries.append(("otherwise", ("-", "otherwise", rest, "-", *given, "-", "-")))
        asked = [both("次序", "No."), ID, WORDS, WRITTEN]
        return Gathered(
            id=chain.name,
            title=title,
            note=both(f"{hit.zh_CN}{note.zh_CN}", f"{hit.en} {note.en}"),
            headings=(*asked, *map(self._heading, outputs), IF_UNKNOWN, REASON),
            entries=tuple(entries),
            codes=frozenset({1, 3}),
        )

    def _rule(self, number: int, rule: Rule, outputs: list[str]) -> Cells:
        words = [self._wording.condition(t.condition) for t in rule.tests]
        said = self._t(" 且 ", " and ").join(words)
        written = " and ".join(write(t.condition) for t in rule.tests)
        given = (self._output(o, rule.then.get(o, "-")) for o in outputs)
        unknown = self._say(_UNKNOWN[rule.on_unknown])
        return (str(number), rule.id, said, written, *given, unknown, self._say(rule.because))

    def _heading(self, output: str) -> Bilingual:
        known = {
            "tier": both("分层", "Tier"),
            "tone": both("语气", "Tone"),
            "document": both("文书", "Document"),
            "channels": both("渠道", "Channels"),
        }
        return known.get(output, both(output, output))

    def _output(self, output: str, text: str) -> str:
        if text == "" and output in self._book.outputs:
            return self._t("无", "none")
        document = self._documents.get(text)
        is_document = output == "document" or (
            output in self._book.outputs and self._book.outputs[output].type == "document"
        )
        if is_document and document is not None:
            return f"{text} ({self._say(document)})"
        return text.replace(",", ", ") or "-"

    def customer(self) -> Gathered:
        """How the accounts of a customer come together."""
        customer = self._book.customer
        gentle = ", ".join(customer.gentle) or "-"
        held = self._t(
            "一户不能判定，该客户其余账户也暂不联系",
            "one undecided account, and nobody writes about the others",
        )
        apart = self._t("各账户分别处理", "each account by itself")
        labels = {n: self._say(self._book.dictionary[n].label) for n in customer.marks}
        marks = [(f"{labels[n]} ({n})", how) for n, how in sorted(customer.marks.items())]
        pools = {
            "any": self._t("任一账户有，即对全部账户有效", "on any account, it counts on all"),
            "all": self._t("全部账户均有才有效", "it counts only where all accounts have it"),
        }
        lines = {
            "key": (self._t("客户由此列识别", "A customer is named by"), customer.key),
            "lead": (
                self._t("多个账户时", "Of several accounts"),
                self._t("以最重的分层与策略为准", "the hardest tier and treatment lead"),
            ),
            "gentle": (self._t("优先于更重者", "These win over harder ones"), gentle),
            "marks": (
                self._t("属于客户本人的标识", "Marks of the person"),
                "; ".join(f"{n}: {pools[how]}" for n, how in marks) or "-",
            ),
            "manual": (
                self._t("有账户须人工判断时", "Where a person decides on one"),
                held if customer.holds_on_manual else apart,
            ),
        }
        return Gathered(
            id="customer",
            title=both("同一客户的多个账户", "Several accounts of one customer"),
            note=both("", ""),
            headings=(both("项目", "Item"), both("内容", "Says")),
            entries=tuple(lines.items()),
            codes=frozenset(),
        )
