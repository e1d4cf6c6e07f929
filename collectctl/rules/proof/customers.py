"""Promises about customers: one account is as the condition says, another leads with its treatment.

Which account leads is a matter of two: whoever leads among many leads among these two as well.
Knows how accounts come together. What is said of statuses, which take accounts out, is not here.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import z3

from collectctl.columns import to_frame
from collectctl.problems import Level, Problem
from collectctl.rules.chains import MANUAL
from collectctl.rules.decide import decide, decider
from collectctl.rules.policies import Never
from collectctl.rules.proof.encode import Encoder, Pair
from collectctl.rules.proof.example import Examples
from collectctl.rules.proof.model import Model, frame_of
from collectctl.rules.proof.space import Account, Bool, Number, both, opposite
from collectctl.rules.proof.twice import Twice
from collectctl.rules.rollup import roll_up, strengths


class CustomerPromises:
    """The promises of a rulebook about customers, under one program."""

    def __init__(self, model: Model, chosen: Sequence[Bool], milliseconds: int) -> None:
        """Takes the model, and a formula for each treatment of an account, MANUAL last."""
        self._model = model
        self._rulebook = model.program.rulebook
        self._examples = Examples(model)
        # A customer is in one arm with all accounts, and a mark is the same on all of them;
        # everything else may differ.
        alike = {e.column for e in self._rulebook.experiments.values()}
        alike |= self._rulebook.customer.marks.keys()
        self._twice = Twice(model, model.space.axes.keys() - alike, milliseconds)
        other = self._twice.other
        leads = [other(formula) for formula in chosen]
        encoder = Encoder(model.program, model.space)
        encoder.put("tier", model.grades)
        encoder.put("treatment", leads)
        self._pairs: list[Pair] = encoder.advance(len(model.program.steps), lambda _, pair: pair)
        strength = self._strength(chosen)
        related = [other(strength) >= strength]
        if not self._rulebook.customer.holds_on_manual:
            related.append(chosen[-1] == leads[-1])  # undecided accounts stand apart
        self._related = both(related)

    def broken(self, policy: Never, step: int) -> Iterator[Problem]:
        """What is wrong with a promise, the condition of which is a step; raises Unproved."""
        true, possible = self._pairs[step]
        found = self._found(both([self._related, true]), step, wholly=True)
        if found is not None:
            first, second, lead = found
            yield Problem(
                code="policy-broken", span=policy.span,
                message=f"'{policy.id}' ({policy.say.en}) is broken for a customer: an account "
                f"with ({first}) is treated by '{lead}' of another with ({second})",
                expected="no customer with an account for which the condition is true under the "
                "treatment that leads",
                mend="list a treatment of the first account under customer: gentle, or narrow the "
                f"rule of '{lead}'",
            )  # fmt: skip
            return
        if true is possible:
            return
        found = self._found(both([self._related, possible, opposite(true)]), step, wholly=False)
        if found is not None:
            first, second, lead = found
            yield Problem(
                code="policy-unknown", level=Level.WARNING, span=policy.span,
                message=f"'{policy.id}' ({policy.say.en}) is neither broken nor kept for a "
                f"customer where a value is missing: an account with ({first}) is treated by "
                f"'{lead}' of another with ({second})",
                expected="a condition that says what holds when the value is missing",
                mend="write (x or x is null) to be strict, x is not null and x if a "
                "missing value is no case of it",
            )  # fmt: skip

    def _strength(self, chosen: Sequence[Bool]) -> Number:
        """How strongly an account wants to lead."""
        by_treatment, by_tier = strengths(self._rulebook)
        parts = [z3.If(t, w, 0) for t, w in zip(chosen, by_treatment, strict=True)]
        parts += [z3.If(g, by_tier * i, 0) for i, g in enumerate(self._model.grades)]
        return z3.Sum(parts)

    def _found(self, wanted: Bool, step: int, *, wholly: bool) -> tuple[str, str, str] | None:
        """Both accounts in words, and the treatment that leads."""

        def real(one: Account, two: Account) -> bool:
            true, possible = self._judged(one, self._lead(one, two), step)
            return true if wholly else possible and not true

        accounts = self._twice.find(wanted, real)
        if accounts is None:
            return None
        matters = self._twice.matters(wanted, *accounts)
        words = [
            ", ".join(self._examples.words(n, account) for n in names) or "any account"
            for names, account in zip(matters, accounts, strict=True)
        ]
        return words[0], words[1], self._lead(*accounts)

    # the evaluator

    def _lead(self, one: Account, two: Account) -> str:
        """The treatment that leads a customer with these two accounts."""
        program = self._model.program
        frame = pd.concat([frame_of(program, a) for a in (one, two)], ignore_index=True)
        decided = decide(self._rulebook, frame, program.as_of)
        keys = pa.table({self._rulebook.customer.key: ["c", "c"], "account_id": ["1", "2"]})
        return str(roll_up(self._rulebook, to_frame(keys), decided)["lead"].iloc[0])

    def _judged(self, account: Account, lead: str, step: int) -> tuple[bool, bool]:
        """Whether the condition is true of an account under a treatment, and whether it may be."""
        program = self._model.program
        _, chunk = decider(program, frame_of(program, account))
        place = (*self._rulebook.treatments, MANUAL).index(lead)
        chunk.put("treatment", np.array([place], np.int64))
        chunk.truths.clear()  # a test of an add-on may be the same step, answered already
        true, possible = chunk.advance(len(program.steps))[step]
        return bool(true[0]), bool(possible[0])
