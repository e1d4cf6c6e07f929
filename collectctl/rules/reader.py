"""From rulebook files to a rulebook: shapes, names, chains, and what is wrong with any of them.

Knows the order in which names come into being. Refuses to stop at the first fault.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from collectctl.columns import Dictionary
from collectctl.config import shape, warning
from collectctl.money import MINOR_DIGITS
from collectctl.problems import Problem, Span, did_you_mean, has_errors
from collectctl.rules.chains import MANUAL, OTHERWISE, Chain, ChainReader, Rule
from collectctl.rules.experiments import Experiment, ExperimentReader, arm_columns
from collectctl.rules.ladders import GRACE, LadderReader
from collectctl.rules.names import NameReader, Part
from collectctl.rules.outputs import Output, check_rules, check_then, joined, read_outputs
from collectctl.rules.parser import parse_condition, parse_policy
from collectctl.rules.policies import PolicyReader
from collectctl.rules.rulebook import Customer, Rulebook, digest_of
from collectctl.rules.scope import Scope, column_kind, enum_kind
from collectctl.rules.shapes import LibraryShape, RulesetShape
from collectctl.rules.syntax import Source
from collectctl.yaml_file import Document, read_document


class Reader:
    """Reads the files of one rulebook and gathers every problem in `problems`."""

    def __init__(self, files: Mapping[str, bytes], dictionary: Dictionary) -> None:
        """Takes file names with their bytes, and the columns that rules may use."""
        self._files = files
        self._dictionary = dictionary
        self._names = NameReader(dictionary)
        self.problems: list[Problem] = []

    def read(self) -> Rulebook | None:
        """The rulebook, if the files hold one at all; see `problems` for whether it may be used."""
        parts = self._parts()
        rulesets = [p for p in parts if isinstance(p.shape, RulesetShape)]
        if has_errors(self.problems):
            return None
        if len(rulesets) != 1:
            names = ", ".join(p.document.file for p in rulesets) or "none"
            self._say(
                "ruleset-count", None, f"{len(rulesets)} files with 'ruleset:' ({names})",
                "exactly one", "the other files hold parameters:, derive: and segments: only",
            )  # fmt: skip
            return None
        main = rulesets[0]
        assert isinstance(main.shape, RulesetShape)  # noqa: S101 - chosen by this above
        if main.shape.currency not in MINOR_DIGITS:
            self._say(
                "unknown-currency", main.document.span(("currency",)),
                f"unknown currency '{main.shape.currency}'", ", ".join(MINOR_DIGITS),
                did_you_mean(main.shape.currency, MINOR_DIGITS),
            )  # fmt: skip
            return None
        return self._rulebook(parts, main.document, main.shape)

    def _parts(self) -> list[Part]:
        parts: list[Part] = []
        documents: list[Document] = []
        for name in sorted(self._files):
            document, problems = read_document(self._files[name], name)
            self.problems += problems
            if document is None:
                continue
            model = RulesetShape if document.has(("ruleset",)) else LibraryShape
            shaped, problems = shape(model, document)
            self.problems += problems
            if shaped is not None:
                parts.append(Part(document, shaped))
            documents.append(document)
        if has_errors(self.problems):
            # Names cannot be told before the shapes are right, but slips in conditions can.
            self.problems += [p for d in documents for p in _slips(d)]
        return parts

    def _rulebook(
        self, parts: list[Part], document: Document, ruleset: RulesetShape
    ) -> Rulebook | None:
        parameters = self._names.parameters(parts, ruleset.currency)
        scope = Scope(
            currency=ruleset.currency,
            columns={n: column_kind(c) for n, c in self._dictionary.columns.items()},
            parameters={n: p.kind for n, p in parameters.items()},
        )
        derived = self._names.derived(parts, scope)
        scope = replace(scope, derived={n: d.kind for n, d in derived.items()})
        scorecards = self._names.scorecards(parts, scope)
        scores = {n: s.kind for n, s in scorecards.items()}
        scope = replace(scope, derived={**scope.derived, **scores})
        segments, scope = self._names.segments(parts, scope)
        self.problems += self._names.problems
        taken = frozenset(scope.names())
        outputs, problems = read_outputs(ruleset.outputs, document, taken)
        self.problems += problems
        tiers = self._tiers(document, ruleset, scope)
        scope = scope.with_inputs({"tier": enum_kind((*ruleset.tiers.order, MANUAL))})
        trials = ExperimentReader(document, outputs, ruleset.customer.key)
        experiments = trials.read(ruleset.experiments)
        self._take_arms(document, experiments, scope)
        treatments = self._treatments(document, ruleset, scope, outputs, trials, experiments)
        self.problems += trials.problems
        ids = (*(r.id for r in treatments.rules), OTHERWISE, MANUAL)
        scope = scope.with_inputs({"treatment": enum_kind(ids)})
        addons = self._addons(document, ruleset, scope)
        customer = self._customer(document, ruleset, ids)
        rungs = LadderReader(document, outputs, treatments)
        ladders = rungs.read(ruleset.ladder, parameters.get(GRACE))
        self.problems += rungs.problems
        policies = PolicyReader(document, scope, outputs, treatments, ladders)
        promised = policies.read(ruleset)
        self.problems += policies.problems
        if has_errors(self.problems):
            return None
        return self._finished(
            Rulebook(
                id=ruleset.ruleset, title=ruleset.title, version=ruleset.version,
                owner=ruleset.owner, currency=ruleset.currency, digest="",
                effective_from=None if ruleset.effective is None else ruleset.effective.from_,
                dictionary={**self._dictionary.columns, **arm_columns(experiments)},
                experiments=experiments, ladders=ladders, parameters=parameters, derived=derived,
                scorecards=scorecards, segments=segments, outputs=outputs,
                tiers=tuple(ruleset.tiers.order),
                tier_chain=tiers, treatment_chain=treatments, addon_chain=addons,
                customer=customer, policies=promised,
            )
        )  # fmt: skip

    def _finished(self, rulebook: Rulebook) -> Rulebook:
        """The rulebook with its digest, after a trial on each day that a parameter changes."""
        from collectctl.rules.program import trial_problems  # needs the finished rulebook

        self.problems += trial_problems(rulebook)
        return replace(rulebook, digest=digest_of(rulebook))

    def _chain(
        self, reader: ChainReader, name: str, hit: str, rules: tuple[Rule, ...],
        otherwise: Mapping[str, str] | None,
    ) -> Chain:  # fmt: skip
        self.problems += reader.problems
        return Chain(name=name, hit=hit, rules=rules, otherwise=otherwise)

    def _tiers(self, document: Document, ruleset: RulesetShape, scope: Scope) -> Chain:
        tiers = ruleset.tiers
        reader = ChainReader(document, "tiers", scope, ["tier"])
        shapes = None if tiers.rules is None else [(r, {"tier": r.tier}) for r in tiers.rules]
        rules = reader.read(shapes, has_table=tiers.table is not None)
        self._check_order(document, ruleset, rules, whole=not reader.problems)
        allowed = (*tiers.order, MANUAL)
        for rule in rules:
            if rule.then.get("tier") not in tiers.order:
                self._unknown_tier(rule.then.get("tier", "-"), rule.span, tiers.order)
        if tiers.otherwise is None:
            self._missing_otherwise(document, "tiers", "otherwise: MANUAL, or a tier")
        elif tiers.otherwise not in allowed:
            self._unknown_tier(tiers.otherwise, document.span(("tiers", "otherwise")), allowed)
        otherwise = {"tier": tiers.otherwise or MANUAL}
        return self._chain(reader, "tiers", tiers.hit, rules, otherwise)

    def _check_order(
        self, document: Document, ruleset: RulesetShape, rules: tuple[Rule, ...], *, whole: bool
    ) -> None:
        """Whether each tier stands once and, if all rules could be read, some rule gives it."""
        order = ruleset.tiers.order
        given = {r.then.get("tier") for r in rules} | {ruleset.tiers.otherwise}
        for i, tier in enumerate(order):
            span = document.span(("tiers", "order", i))
            if tier == MANUAL or tier in order[:i]:
                self._say(
                    "tier-order", span,
                    f"'{tier}' is {'always there' if tier == MANUAL else 'listed twice'}",
                    "each tier once, from gentle to hard, without MANUAL",
                )  # fmt: skip
            elif whole and tier not in given:
                self.problems.append(warning("unused-tier", f"no rule gives tier '{tier}'", span))

    def _unknown_tier(self, tier: str, span: Span, known: tuple[str, ...] | list[str]) -> None:
        self._say(
            "unknown-tier", span, f"'{tier}' is not a tier of order:", ", ".join(known),
            did_you_mean(tier, known),
        )  # fmt: skip

    def _missing_otherwise(self, document: Document, name: str, expected: str) -> None:
        self._say(
            "missing-otherwise", document.span((name,), of_key=True),
            f"{name} does not say what happens when no rule matches", expected,
            "without it an account could fall through in silence",
        )  # fmt: skip

    def _treatments(
        self, document: Document, ruleset: RulesetShape, scope: Scope,
        outputs: Mapping[str, Output], trials: ExperimentReader,
        experiments: Mapping[str, Experiment],
    ) -> Chain:  # fmt: skip
        treatments = ruleset.treatments
        reader = ChainReader(document, "treatments", scope, outputs)
        shapes = (
            None
            if treatments.rules is None
            else [(r, joined(r.then or {})) for r in treatments.rules]
        )
        rules = reader.read(shapes, has_table=treatments.table is not None)
        self.problems += check_rules(rules, outputs, document)
        if treatments.rules is not None and len(rules) == len(treatments.rules):
            rules = tuple(trials.expanded(rules, treatments.rules, experiments))
        if treatments.otherwise is None:
            self._missing_otherwise(document, "treatments", "otherwise: {tone: …}")
        otherwise = joined(treatments.otherwise or {})
        if treatments.otherwise is not None:
            self.problems += check_then(otherwise, outputs, document, ("treatments", "otherwise"))
        return self._chain(reader, "treatments", treatments.hit, rules, otherwise)

    def _take_arms(
        self, document: Document, experiments: Mapping[str, Experiment], scope: Scope
    ) -> None:
        for experiment in experiments.values():
            if scope.kind(experiment.column) is not None:
                self._say(
                    "name-taken", document.span(("experiments", experiment.id), of_key=True),
                    f"'{experiment.column}' is a name already", "a name that nothing else has",
                )  # fmt: skip

    def _addons(self, document: Document, ruleset: RulesetShape, scope: Scope) -> Chain:
        addons = ruleset.addons
        if addons is None:
            return Chain(name="addons", hit="collect", rules=(), otherwise=None)
        reader = ChainReader(document, "addons", scope, ["document"])
        shapes = (
            None if addons.rules is None else [(r, {"document": r.document}) for r in addons.rules]
        )
        rules = reader.read(shapes, has_table=addons.table is not None)
        return self._chain(reader, "addons", addons.hit, rules, None)

    def _customer(
        self, document: Document, ruleset: RulesetShape, treatments: tuple[str, ...]
    ) -> Customer:
        customer = ruleset.customer
        if customer.key not in self._dictionary or self._dictionary[customer.key].type != "text":
            self._say(
                "unknown-column", document.span(("customer", "key")),
                f"'{customer.key}' is not a text column", "the column that names the customer",
                did_you_mean(customer.key, self._dictionary.columns),
            )  # fmt: skip
        for i, treatment in enumerate(customer.gentle):
            if treatment not in treatments[:-2]:
                self._say(
                    "unknown-treatment", document.span(("customer", "gentle", i)),
                    f"'{treatment}' is not a treatment", ", ".join(treatments[:-2]),
                    did_you_mean(treatment, treatments[:-2]),
                )  # fmt: skip
        self._check_marks(document, customer.marks)
        return Customer(
            key=customer.key, gentle=tuple(customer.gentle), marks=customer.marks,
            holds_on_manual=customer.manual == "hold",
        )  # fmt: skip

    def _check_marks(self, document: Document, marks: Iterable[str]) -> None:
        known = [n for n, c in self._dictionary.columns.items() if c.type == "bool"]
        for name in marks:
            span = document.span(("customer", "marks", name), of_key=True)
            if name not in self._dictionary:
                self._say(
                    "unknown-column", span, f"'{name}' is not a column",
                    ", ".join(known) or "a true/false column",
                    did_you_mean(name, known),
                )  # fmt: skip
            elif name not in known:
                kind = column_kind(self._dictionary[name])
                self._say(
                    "mark-column", span, f"'{name}' is {kind} and cannot be a mark",
                    ", ".join(known) or "a true/false column",
                    "a mark is true or false: of any account, or of all of them",
                )  # fmt: skip

    def _say(
        self, code: str, span: Span | None, message: str, expected: str | None = None,
        mend: str | None = None,
    ) -> None:  # fmt: skip
        self.problems.append(
            Problem(code=code, message=message, span=span, expected=expected, mend=mend)
        )


def _slips(document: Document) -> Iterator[Problem]:
    """What cannot be read in the conditions of a file, whatever else is wrong with it."""
    for path in document.paths():
        is_segment = len(path) == 2 and path[0] == "segments"  # noqa: PLR2004 - segments, name
        is_policy = path[-1] == "if"
        if path[-1] != "when" and not is_segment and not is_policy:
            continue
        source = Source.scalar(document, path)
        if source.text.strip():
            _, problem = (parse_policy if is_policy else parse_condition)(source)
            if problem is not None:
                yield problem
