"""What limits on texts are written with: terms, clauses, signatures, and the words for them.

Knows the notation of each and the fields of documents. Refuses to know whose limit it is.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from collectctl.columns import Label
from collectctl.compliance.wording.build import one_term, spared
from collectctl.compliance.wording.engine import Origin, Wording, Words
from collectctl.compliance.wording.phrases import WITHIN, Phrase, folded, parse
from collectctl.compliance.wording.stream import SCRIPTS, Script, streams
from collectctl.config import Code, Count, Shape
from collectctl.problems import did_you_mean

Purpose = Literal[
    "reminder", "demand", "final", "bureau", "agency", "offer", "agreement", "plan",
    "complaint_received", "complaint_decision", "settlement", "statement", "validation",
]  # fmt: skip
"""What a document is for."""
Tone = Literal["none", "care", "remind", "firm", "legal"]
FIELDS: frozenset[str] = frozenset(
    f"{record}.{name}"
    for record, names in {
        "letter": "addressee surname reference date",
        "line": "card currency as_of balance overdue_amount minimum_due principal interest"
        " compound_interest penalty fees instalment_interest instalment_not_due payments_set_off"
        " daily_rate annual_rate",
        "total": "balance overdue_amount minimum_due",
        "bank": "name hotline complaint_hotline address",
        "regulator": "name hotline",
        "plan": "months total charges instalments valid_until",
        "instalment": "due_date amount",
        "complaint": "number received_on decide_by outcome review_by",
        "decision": "act_from reference",
        "agency": "name phone starts_on",
        "settlement": "settled_on paid",
        "validation": "itemization_date balance_then interest_since fees_since payments_since"
        " credits_since balance_now dispute_by creditor_then",
    }.items()
    for name in names.split()
)
"""Fields of documents that a clause may ask for, as a text names them."""
_PLAIN = streams({})
_NAMED = re.compile(r"<([a-z_]+)>")
"""Where a phrase says the name of some words."""
_SAMPLES = 50
"""So many ways to write a phrase are tried on its own `unless`."""


def _phrase(script: Script, *, edges: bool) -> Callable[[str], str]:
    def check(text: str) -> str:
        named = _NAMED.search(text)
        if named is not None:
            raise ValueError(f"'{text}': 'words' has no '{named[1]}' in this language")
        phrase = parse(text)
        if not edges and (phrase.opens or phrase.closes):
            raise ValueError(f"'{text}' has a gap without words on both sides")
        folded(phrase, _PLAIN, script)
        return text

    return check


HanPhrase = Annotated[str, AfterValidator(_phrase("han", edges=False))]
LatinPhrase = Annotated[str, AfterValidator(_phrase("latin", edges=False))]
HanContext = Annotated[str, AfterValidator(_phrase("han", edges=True))]
LatinContext = Annotated[str, AfterValidator(_phrase("latin", edges=True))]


def _fields(text: str) -> str:
    for name in text.split("|"):
        if name not in FIELDS:
            near = did_you_mean(name, sorted(FIELDS))
            raise ValueError(f"no field '{name}' of documents" + (f"; {near}" if near else ""))
    return text


FieldName = Annotated[str, AfterValidator(_fields)]
"""A field of a document, or several between `|` of which one must be printed."""


def no_two(what: str) -> AfterValidator:
    """A check that no two entries of a list have the same id."""

    def check(entries: list[Any]) -> list[Any]:
        seen: set[str] = set()
        for entry in entries:
            if entry.id in seen:
                raise ValueError(f"two entries are called '{entry.id}'; each {what} has its own id")
            seen.add(entry.id)
        return entries

    return AfterValidator(check)


class UnlessShape(Shape):
    """Contexts in which a phrase is harmless.

    `不会…` stands before it in the same clause, `…的除外` behind it, `…授权…` anywhere in the
    same clause; what has no gap at its edges shares letters with it.
    """

    zh_CN: list[HanContext] = Field(default_factory=list)  # noqa: N815 - spelt as the locale is
    en: list[LatinContext] = Field(default_factory=list)


class WordsShape(Shape):
    """Words by a name that phrases of a list say as `<name>`: alternatives without brackets."""

    zh_CN: dict[Code, str] = Field(default_factory=dict)  # noqa: N815 - spelt as the locale is
    en: dict[Code, str] = Field(default_factory=dict)


def spelt_out(value: object) -> object:
    """A value of a list as it is typed, with named words in the place of each name."""
    words = value.get("words") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(words, dict):
        return value
    told = dict(value)
    for language in SCRIPTS:
        named = words.get(language)
        if isinstance(named, dict):
            told = {key: _spelt(part, language, named, key) for key, part in told.items()}
    return told


def _spelt(part: Any, language: str, named: Mapping[str, Any], key: str) -> Any:  # noqa: ANN401 - as typed
    """A part of a value, in which phrases of one language stand under it."""
    if isinstance(part, list):
        return [_spelt(one, language, named, key) for one in part]
    if isinstance(part, dict):
        return {
            name: one if name == "why" else _spelt(one, language, named, name)
            for name, one in part.items()
        }
    if isinstance(part, str) and key == language:
        return _NAMED.sub(lambda n: f"({named[n[1]]})" if n[1] in named else n[0], part)
    return part


class TermShape(Shape):
    """Words with one thing wrong about them."""

    id: Code
    zh_CN: list[HanPhrase] = Field(default_factory=list)  # noqa: N815 - spelt as the locale is
    en: list[LatinPhrase] = Field(default_factory=list)
    unless: UnlessShape = Field(default_factory=UnlessShape)
    within: Annotated[Count, Field(ge=1, le=40)] = WITHIN
    """So many Chinese characters fit into a gap; of English, five times as many letters."""
    why: Label

    @model_validator(mode="after")
    def _can_be_found(self) -> "TermShape":
        if not self.zh_CN and not self.en:
            raise ValueError(f"term '{self.id}' has no phrases")
        for language in SCRIPTS:
            for phrase in getattr(self, language):
                if _always_lifted(self, phrase, language):
                    raise ValueError(f"'unless' always lifts '{phrase}', so it is never found")
        return self


def _always_lifted(term: TermShape, phrase: str, language: str) -> bool:
    contexts = [parse(text) for text in getattr(term.unless, language)]
    samples = list(_samples(phrase, language)) if contexts else []
    if not samples or not all(_may_lift(contexts, sample) for sample in samples):
        return False
    wording = _alone(term, phrase, language)
    return not any(
        wording.find(sample, channel="letter", tone="none", purpose="demand") for sample in samples
    )


def _may_lift(contexts: Sequence[Phrase], sample: str) -> bool:
    """Whether a context stands in the sample; told without expressions, which take long to make."""
    return any(
        all(any(word.strip("*") in sample for word in part) for part in context.parts)
        for context in contexts
    )


def _alone(term: TermShape, phrase: str, language: str) -> Wording:
    nothing = Words(zh_CN="", en="")
    origin = Origin(
        limit="", mode="block", words=nothing, channels=frozenset({"letter"}), tones=None,
        purposes=None, lifted_by=None,
    )  # fmt: skip
    contexts = [spared(text, SCRIPTS[language], _PLAIN) for text in getattr(term.unless, language)]
    made = one_term(
        term.id, phrase, contexts, origin=0, why=nothing,
        script=SCRIPTS[language], within=term.within, streams=_PLAIN,
    )  # fmt: skip
    return Wording(streams=_PLAIN, origins=(origin,), terms=(made,), required=(), messages={})


def _samples(phrase: str, language: str) -> Iterator[str]:
    """The phrase as it might stand in a text, nothing in its gaps."""
    between = "" if language == "zh_CN" else " "
    for words in islice(product(*parse(phrase).parts), _SAMPLES):
        yield between.join(words).replace("*", "")


class PhraseGroups(Shape):
    """Of each group of alternatives one must stand in the text."""

    zh_CN: list[Annotated[list[HanPhrase], Field(min_length=1)]] = Field(  # noqa: N815 - as above
        default_factory=list
    )
    en: list[Annotated[list[LatinPhrase], Field(min_length=1)]] = Field(default_factory=list)


class ClauseShape(Shape):
    """One thing that a text must hold: fields printed, and words said."""

    id: Code
    title: Label
    fields: list[FieldName] = Field(default_factory=list)
    phrases: PhraseGroups = Field(default_factory=PhraseGroups)

    @model_validator(mode="after")
    def _asks_for_something(self) -> "ClauseShape":
        if bool(self.phrases.zh_CN) != bool(self.phrases.en):
            raise ValueError(f"clause '{self.id}' has phrases in one language only")
        if not self.fields and not self.phrases.zh_CN:
            raise ValueError(f"clause '{self.id}' asks for no field and no phrase")
        return self


class SignatureShape(Shape):
    """One signature between 【 and 】 at the beginning, so many characters long."""

    least: Annotated[Count, Field(ge=1)]
    most: Annotated[Count, Field(ge=1)]

    @model_validator(mode="after")
    def _in_order(self) -> "SignatureShape":
        if self.most < self.least:
            raise ValueError("'most' is less than 'least'")
        return self
