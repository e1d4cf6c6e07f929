"""The JSON schema of rule files, by which an editor completes keys and names while they are typed.

Made from the shapes that the reader itself checks, so that the two cannot differ, and from the
project's own names. Knows JSON Schema (draft 2020-12). An editor reads `3` as a number and `true`
as a truth value where the reader sees text, so both spellings are allowed.
"""

from collections.abc import Callable, Iterable, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from collectctl.columns import Column, Label
from collectctl.config import Code, Count, Day, Flag, Name, Shape
from collectctl.money import MINOR_DIGITS
from collectctl.rules.casebook.shapes import CaseShape, CasesShape, ExpectShape, TableShape
from collectctl.rules.chains import MANUAL
from collectctl.rules.editor_names import Names
from collectctl.rules.shapes import (
    AddonRuleShape,
    ArmShape,
    CustomerShape,
    DatedShape,
    ExperimentShape,
    LadderStepShape,
    LibraryShape,
    MonotoneShape,
    NeverShape,
    Pool,
    RulesetShape,
    RuleShape,
    TierRuleShape,
    TiersShape,
    TreatmentRuleShape,
    TreatmentsShape,
)

Json = dict[str, Any]
FORMAT = "collectctl/1"
_CODE = "^[A-Za-z0-9][A-Za-z0-9_.+-]*$"
_NAME = "^[A-Za-z_\\u0080-\\uffff][A-Za-z0-9_\\u0080-\\uffff]*$"
"""A name; in some dialects of patterns Chinese letters are no `\\w`."""
_TEXT: Json = {"type": ["string", "number", "boolean"]}
_DAY: Json = {"type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}$", "description": "YYYY-MM-DD"}
_SHARE: Json = {"type": "string", "pattern": "^(100|[1-9]?[0-9])(\\.[0-9]{1,2})?%$"}
_TABLE: Json = {
    "type": "string",
    "pattern": "\\|",
    "description": "A block (|) of lines: headings, then one line a rule, cells divided by |.",
}


def editor_schema(names: Names) -> Json:
    """The schema of one rule file or file of cases of the project.

    A file with `ruleset:` is a rulebook, one with `cases:` or `tables:` holds cases, any other one
    holds parameters, derived columns, scorecards and segments.
    """
    shapes = _Shapes(names)
    cases = {"anyOf": [{"required": ["cases"]}, {"required": ["tables"]}]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "collectctl rule files",
        "type": "object",
        "if": {"required": ["ruleset"]},
        "then": shapes.file(RulesetShape),
        "else": {
            "if": cases,
            "then": shapes.file(CasesShape),
            "else": shapes.file(LibraryShape),
        },
        "$defs": {"condition": _condition(names), **shapes.definitions},
    }


class _Shapes:
    """Turns shapes into schemas; each shape once, under its name."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._special = _special(names)
        self.definitions: dict[str, Json] = {}

    def file(self, model: type[Shape]) -> Json:
        """A shape as a whole file, which says its format first."""
        found = self._object(model)
        found["properties"] = {"format": {"const": FORMAT}, **found["properties"]}
        found["required"] = ["format", *found.get("required", [])]
        return found

    def _object(self, model: type[Shape]) -> Json:
        properties: Json = {}
        required: list[str] = []
        for field, info in model.model_fields.items():
            key = info.alias or field
            special = self._special.get((model, field)) or _inherited(self._special, model, field)
            of = info.annotation
            annotation = Annotated[of, *info.metadata] if info.metadata else of
            properties[key] = special if special is not None else self._of(annotation)
            if (model, field) == (RulesetShape, "ladder"):
                properties[key]["propertyNames"] = _of_treatments(self._names)
            if info.is_required():
                required.append(key)
        found: Json = {
            "type": "object", "properties": properties, "additionalProperties": False,
        }  # fmt: skip
        if model.__doc__:
            found["description"] = model.__doc__.split("\n")[0]
        return found | ({"required": required} if required else {})

    def _of(self, annotation: object) -> Json:
        origin = get_origin(annotation)
        if origin is Annotated:
            return self._annotated(annotation)
        if origin in (Union, UnionType):
            parts = [self._of(a) for a in get_args(annotation) if a is not NoneType]
            return parts[0] if len(parts) == 1 else {"anyOf": parts}
        if origin is Literal:
            return {"enum": list(get_args(annotation))}
        if origin is list:
            return {"type": "array", "items": self._of(get_args(annotation)[0])}
        if origin is dict:
            key, value = get_args(annotation)
            return {
                "type": "object",
                "propertyNames": self._of(key) | {"type": "string"},
                "additionalProperties": self._of(value),
            }
        if isinstance(annotation, type) and issubclass(annotation, Shape):
            return self._definition(annotation)
        if annotation is str:
            return _TEXT
        raise AssertionError(annotation)  # a shape has a kind of value that this does not know

    def _annotated(self, annotation: object) -> Json:
        marks = get_args(annotation)[1:]
        for known, made in _SPELLINGS:
            if get_args(known)[1] in marks:
                return made(self)
        base = get_args(annotation)[0]
        return _SHARE if base is int else self._of(base)

    def _definition(self, model: type[Shape]) -> Json:
        name = model.__name__.removesuffix("Shape").lower()
        if name not in self.definitions:
            self.definitions[name] = {}  # taken, so that a shape may hold itself
            self.definitions[name] = self._object(model)
        return {"$ref": f"#/$defs/{name}"}

    def label(self) -> Json:
        """One text, or one in each language."""
        (bilingual,) = (a for a in get_args(Label)[:1])
        return {"anyOf": [_TEXT, self._definition(bilingual)]}


_SPELLINGS: tuple[tuple[object, Callable[[_Shapes], Json]], ...] = (
    (Label, _Shapes.label),
    (Day, lambda _: _DAY),
    (Flag, lambda _: {"enum": [True, False, "true", "false"]}),
    (
        Count,
        lambda _: {
            "anyOf": [{"type": "integer"}, {"type": "string", "pattern": "^-?(0|[1-9][0-9]*)$"}]
        },
    ),
    (Name, lambda _: {"type": "string", "pattern": _NAME}),
    (Code, lambda _: {"anyOf": [{"type": "string", "pattern": _CODE}, {"type": "number"}]}),
)


def _inherited(special: Mapping[Any, Json], model: type[Shape], field: str) -> Json | None:
    return next((special[m, field] for m in model.__mro__[1:] if (m, field) in special), None)


def one_of(values: Iterable[str], descriptions: Mapping[str, str] | None = None) -> Json:
    """One of these texts, also as an editor reads those that look like a number or truth value."""
    listed = list(dict.fromkeys(values))
    typed: list[object] = list(listed)
    for text in listed:
        if text in ("true", "false"):
            typed.append(text == "true")
        elif text.isdecimal():
            typed.append(int(text))
    found: Json = {"enum": typed}
    if descriptions:
        found["markdownEnumDescriptions"] = [descriptions.get(str(t), "") for t in typed]
    return found


def _many(values: Json) -> Json:
    return {"type": "array", "items": values, "uniqueItems": True}


def _special(names: Names) -> dict[tuple[type[Shape], str], Json]:
    """What is more than a spelling: keys that take a name of this project."""
    condition = {"$ref": "#/$defs/condition"}
    labels = {c.name: _told(c) for c in names.dictionary.columns.values()}
    then = _then(names)
    documents = one_of(names.documents, names.documents)
    treatments = [t for t in names.treatments if t != "otherwise"]
    ordered = [n for n, (_, _, is_ordered) in names.outputs.items() if is_ordered]
    comparable = names.columns("int", "money", "ratio", "date")
    table = _TABLE | {"examples": ["id | days_past_due | tier"]}
    columns = one_of(labels, labels)
    return {
        (RuleShape, "when"): condition,
        (NeverShape, "if_"): condition,
        (LibraryShape, "segments"): {
            "type": "object",
            "propertyNames": {"type": "string", "pattern": _NAME},
            "additionalProperties": condition,
        },
        (TierRuleShape, "tier"): one_of(names.tiers),
        (TiersShape, "table"): table,
        (TiersShape, "otherwise"): one_of([*names.tiers, MANUAL]),
        (TreatmentsShape, "otherwise"): then,
        (TreatmentRuleShape, "then"): then,
        (TreatmentRuleShape, "experiment"): one_of(names.experiments),
        (ArmShape, "then"): then,
        (AddonRuleShape, "document"): documents,
        (LadderStepShape, "document"): documents,
        (LadderStepShape, "channels"): _many(one_of(_channels(names))),
        (CustomerShape, "key"): one_of(names.columns("text"), labels),
        (CustomerShape, "gentle"): _many(one_of(treatments)),
        (CustomerShape, "marks"): {
            "type": "object",
            "propertyNames": one_of(names.columns("bool"), labels),
            "additionalProperties": one_of(get_args(Pool)),
        },
        (ExperimentShape, "unit"): one_of(names.columns("text"), labels),
        (MonotoneShape, "column"): one_of(comparable, labels),
        (MonotoneShape, "output"): one_of(ordered),
        (MonotoneShape, "except_"): _many(one_of(treatments)),
        (RulesetShape, "forbidden"): _many(columns),
        (RulesetShape, "currency"): one_of(MINOR_DIGITS),
        (DatedShape, "currency"): one_of(MINOR_DIGITS),
        (DatedShape, "value"): {"type": ["string", "number", "null"]},
        (CaseShape, "account"): _account(names),
        (TableShape, "table"): _TABLE,
        (ExpectShape, "tier"): one_of([*names.tiers, MANUAL]),
        (ExpectShape, "rule"): one_of(names.rules),
        (ExpectShape, "treatment"): one_of([*names.treatments, MANUAL]),
        (ExpectShape, "addons"): _many(one_of([*names.addons, *names.documents])),
        (ExpectShape, "missing"): _many(one_of([*labels, *names.computed], labels)),
    }


def _channels(names: Names) -> tuple[str, ...]:
    """What a treatment may say of channels; else all that there are."""
    output = names.outputs.get("channels")
    return names.channels if output is None else output[1]


def _of_treatments(names: Names) -> Json:
    """The name of a treatment; that of an arm of an experiment has a point."""
    arms = {"type": "string", "pattern": "^[^.]+\\.[^.]+"}
    return {"type": "string", "anyOf": [one_of(names.treatments), arms]}


def _told(column: Column) -> str:
    """What an editor shows of a column: both labels, type, unit and bounds."""
    kind = column.type + (f" ({column.unit})" if column.unit else "")
    bounds = ""
    if column.minimum is not None or column.maximum is not None:
        bounds = f", {column.minimum or '…'} to {column.maximum or '…'}"
    values = f": {', '.join(column.values)}" if column.values else ""
    missing = "" if column.required else ", may be missing"
    return f"{column.label.zh_CN} / {column.label.en}: {kind}{values}{bounds}{missing}"


def _condition(names: Names) -> Json:
    tests = [f"{c.name}: {_told(c)}" for c in names.dictionary.columns.values()]
    tests += [f"{n}: {label}" if label else n for n, label in names.computed.items()]
    tests += names.segments
    values = [f"@{n}: {title}" if title else f"@{n}" for n, title in names.parameters.items()]
    first = next(iter(names.columns("int")), "column")
    return {
        "type": ["string", "boolean"],
        "description": "\n".join(["A condition, as in SQL.", "", *tests, "", *values]),
        "examples": [f"{first} > 30", f"{first} in [1..30]", f"{first} is null"],
    }


def _then(names: Names) -> Json:
    properties: Json = {}
    for name, (kind, values, _) in names.outputs.items():
        if kind == "document":
            properties[name] = one_of(names.documents, names.documents)
        elif kind == "enum":
            properties[name] = one_of(values)
        elif kind == "list":
            properties[name] = {"anyOf": [_many(one_of(values)), one_of(values)]}
        else:
            properties[name] = _TEXT
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _account(names: Names) -> Json:
    properties = {}
    for column in names.dictionary.columns.values():
        value: Json = _TEXT
        if column.type == "enum":
            value = one_of(column.values, {v: t.zh_CN for v, t in column.value_labels.items()})
        elif column.type == "bool":
            value = one_of(["true", "false"])
        elif column.type == "date":
            value = _DAY
        elif column.type != "text":
            value = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": "^-?[0-9.]+$"}]}
        properties[column.name] = value | {"description": _told(column)}
    return {"type": "object", "properties": properties, "additionalProperties": False}
