"""The shapes that configuration is checked against, and the spellings of its values.

Scalars reach a shape (a pydantic model) as typed; it gives the type, one spelling each. Knows how a
misfit is told with its place; refuses to know what a value is for.
"""

import os
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from collectctl.calendar import parse_day
from collectctl.problems import Level, Problem, Span, did_you_mean
from collectctl.yaml_file import Document, Path_, Plain

FULL_WIDTH = {chr(half + 0xFEE0): chr(half) for half in range(0x21, 0x7F)} | {
    "‘": "'", "’": "'", "“": "'", "”": "'", "≥": ">=", "≤": "<=", "≠": "<>", "、": ",", "　": " ",
}  # fmt: skip
"""What a Chinese input method writes, and the half-width text that was meant."""


# Nothing that is installed beside this program may change its shapes; to look for it takes a while.
os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"


class Shape(BaseModel):
    """The base of every configuration shape: frozen, unknown keys refused, values hidden."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, populate_by_name=True
    )


ShapeT = TypeVar("ShapeT", bound=Shape)


def shape(
    model: type[ShapeT], document: Document, under: Sequence[str | int] = ()
) -> tuple[ShapeT | None, tuple[Problem, ...]]:
    """The document (or its part `under` a path) as a shape, or all problems with their places."""
    value: Plain = document.plain
    for key in under:
        value = value[key]  # type: ignore[index]  # the caller names a path that is there
    if not under and isinstance(value, dict):
        value = {k: v for k, v in value.items() if k != "format"}
    try:
        return model.model_validate(value), ()
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False, include_context=True)
        return None, tuple(_shape_problem(document, tuple(under), e, model) for e in found)


def _shape_problem(
    document: Document, under: Path_, error: Mapping[str, Any], model: type[Shape]
) -> Problem:
    """One pydantic error at its place; segments that the tree lacks (union tags) are skipped."""
    place: Path_ = under
    missing: str | None = None
    for part in error["loc"]:
        if document.has((*place, part)):
            place = (*place, part)
        else:
            missing = str(part)
    kind, message = error["type"], error["msg"]
    where = ".".join(str(p) for p in place) or "the file"
    if kind == "extra_forbidden":
        known = _keys_of(model, place[:-1], under)
        key = str(place[-1]) if place else ""
        return Problem(
            code="unknown-key",
            message=f"unknown key '{key}'",
            span=document.span(place, of_key=True),
            expected=", ".join(known) or None,
            mend=_parted_number(document, place) or did_you_mean(key, known),
        )
    if kind == "missing":
        return Problem(
            code="missing-key",
            message=f"key '{missing}' is missing in {where}",
            span=document.span(place, of_key=True),
            expected=f"{missing}:",
        )
    context = error.get("ctx", {})
    expected = str(context["expected"]) if "expected" in context else None
    if kind == "value_error":
        message = str(context["error"])
    return Problem(
        code="bad-value",
        message=f"{where}: {message[:1].lower()}{message[1:]}",
        span=document.span(place),
        expected=expected,
    )


def _parted_number(document: Document, place: Path_) -> str | None:
    """What to write where the key is the rest of a number that a comma ended: {value: 10,000}."""
    span = document.span(place, of_key=True)
    line, at = span.excerpt or "", max(0, span.column - 1)
    before = re.search(r"[0-9]{1,3}(?:,[0-9]{3})*,$", line[:at])
    rest = re.match(r"[0-9]{3}(?:,[0-9]{3})*(?:\.[0-9]+)?(?![0-9])", line[at:])
    if before is None or rest is None:
        return None
    whole = f"{before.group()}{rest.group()}".replace(",", "")
    return f"a number has no thousands separator here: write {whole}"


def _keys_of(model: type[Shape], parent: Path_, under: Path_) -> list[str]:
    """The keys allowed at `parent`, found by walking the model; empty when it cannot be told."""
    here: list[type[BaseModel]] = [model]
    for part in parent[len(under) :]:
        here = [m for one in here for m in _modelsat_index(one, part)]
    return sorted({f.alias or name for one in here for name, f in one.model_fields.items()})


def _modelsat_index(model: type[BaseModel], part: str | int) -> list[type[BaseModel]]:
    if isinstance(part, int):
        return [model]
    for name, field in model.model_fields.items():
        if part in (name, field.alias):
            return _models_in(field.annotation)
    # The part is a key of a mapping of models: the field before it already gave the value's model.
    return [model]


def _models_in(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    found: list[type[BaseModel]] = []
    for argument in getattr(annotation, "__args__", ()):
        found += _models_in(argument)
    return found


def _one_spelling(pattern: str, expected: str) -> BeforeValidator:
    compiled = re.compile(pattern)

    def check(value: object) -> object:
        if isinstance(value, str) and not compiled.fullmatch(value):
            raise ValueError(f"found '{value}', expected {expected}")
        return value

    return BeforeValidator(check)


def _day(value: object) -> object:
    if isinstance(value, str):
        day = parse_day(value)
        if day is None:
            raise ValueError(f"found '{value}', expected a date such as 2026-01-31")
        return day
    return value


def _flag(value: object) -> object:
    if isinstance(value, str):
        if value not in ("true", "false"):
            raise ValueError(f"found '{value}', expected true or false")
        return value == "true"
    return value


def _percent(value: object) -> object:
    """A share in hundredths of a percent: `12.5%` is 1250."""
    if isinstance(value, str):
        if not re.fullmatch(r"[0-9]+(\.[0-9]{1,2})?%", value):
            raise ValueError(f"found '{value}', expected a percentage such as 15%")
        whole, _, part = value[:-1].partition(".")
        return int(whole) * 100 + int(part.ljust(2, "0") or "0")
    return value


Count = Annotated[int, _one_spelling(r"-?(0|[1-9][0-9]*)", "a whole number such as 30")]
"""An integer in one spelling: no sign but minus, no separators, no decimals."""
Flag = Annotated[bool, BeforeValidator(_flag)]
"""`true` or `false`."""
Day = Annotated[date, BeforeValidator(_day)]
"""A date written YYYY-MM-DD."""
BasisPoints = Annotated[int, BeforeValidator(_percent)]
"""A percentage held in hundredths of a percent."""
Name = Annotated[str, _one_spelling(r"[^\W\d]\w*", "letters, digits and _, not a digit first")]
"""A name usable as a column."""
Code = Annotated[str, _one_spelling(r"[A-Za-z0-9][A-Za-z0-9_.+-]*", "letters, digits, _ . + -")]
"""An identifier that may become part of a file name."""


class Bilingual(Shape):
    """A text that staff or customers read, in both languages."""

    zh_CN: str  # noqa: N815 - spelt as the locale is
    en: str

    def get(self, language: str) -> str:
        """The text in `zh_CN` or `en`."""
        return self.zh_CN if language == "zh_CN" else self.en


def warning(code: str, message: str, span: Span | None, mend: str | None = None) -> Problem:
    """A problem that stops nothing."""
    return Problem(code=code, message=message, span=span, level=Level.WARNING, mend=mend)
