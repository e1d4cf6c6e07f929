"""What a treatment may say: the declared keys, their values, and what a `then` says with them.

Knows keys and values; refuses to know which documents and channels exist (the caller checks that).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from collectctl.problems import Problem, did_you_mean
from collectctl.rules.chains import Rule
from collectctl.rules.shapes import OutputShape, OutputType
from collectctl.yaml_file import Document, Path_

_RESERVED = ("id", "on_unknown", "because", "because_zh_CN", "because_en", "account", "tier")


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """A key that every treatment may give, as column `out_<name>` of the decisions."""

    name: str
    type: OutputType
    values: tuple[str, ...]
    """Of an enum or list: what it may be; from gentle to hard if `ordered`."""
    ordered: bool


def read_outputs(
    shapes: Mapping[str, OutputShape], document: Document, taken: frozenset[str]
) -> tuple[dict[str, Output], list[Problem]]:
    """The outputs of a ruleset, and what is wrong with their declarations."""
    problems = list(_declarations(shapes, document, taken))
    return {
        name: Output(name=name, type=s.type, values=tuple(s.values), ordered=s.order)
        for name, s in shapes.items()
    }, problems


def _declarations(
    shapes: Mapping[str, OutputShape], document: Document, taken: frozenset[str]
) -> Iterator[Problem]:
    for name, shape in shapes.items():
        at: Path_ = ("outputs", name)
        if name in taken or name in _RESERVED:
            yield Problem(
                code="name-taken", message=f"an output cannot be called '{name}'",
                span=document.span(at, of_key=True), expected="a name that nothing else has",
            )  # fmt: skip
        listed = shape.type in ("enum", "list")
        if listed != bool(shape.values):
            yield Problem(
                code="output-values",
                message=f"output '{name}' is {shape.type} and "
                + ("has no values" if listed else "has values"),
                span=document.span(at, of_key=True),
                expected="values: for enum and list, and for nothing else",
            )
        if len(set(shape.values)) != len(shape.values):
            yield Problem(
                code="output-values", message=f"output '{name}' lists a value twice",
                span=document.span((*at, "values")), expected="each value once",
            )  # fmt: skip
        if shape.order and shape.type != "enum":
            yield Problem(
                code="output-order", message=f"output '{name}' is {shape.type} and has an order",
                span=document.span((*at, "order")), expected="order: for an enum",
            )  # fmt: skip


def joined(then: Mapping[str, str | list[str]]) -> dict[str, str]:
    """What a `then` says, each list as one text joined by commas."""
    return {k: ",".join(v) if isinstance(v, list) else v for k, v in then.items()}


def severity_output(outputs: Mapping[str, Output]) -> Output | None:
    """The first ordered output: it says how hard a treatment is."""
    return next((o for o in outputs.values() if o.ordered), None)


def check_rules(
    rules: tuple[Rule, ...], outputs: Mapping[str, Output], document: Document
) -> Iterator[Problem]:
    """What is wrong with what the rules of the treatments say."""
    for i, rule in enumerate(rules):
        listed: Path_ = ("treatments", "rules", i)
        at: Path_ = (*listed, "then")
        if document.has(listed) and not document.has(at):
            continue  # an experiment: its arms say it
        yield from check_then(
            rule.then, outputs, document, at, rule if not document.has(at) else None
        )


def check_then(
    then: Mapping[str, str], outputs: Mapping[str, Output], document: Document, at: Path_,
    row: Rule | None = None,
) -> Iterator[Problem]:  # fmt: skip
    """What is wrong with one `then`; `row` is the rule when it stands in a table."""
    ordered = severity_output(outputs)
    if ordered is not None and ordered.name not in then:
        yield Problem(
            code="missing-output", message=f"'{ordered.name}' is not said",
            span=row.span if row is not None else document.span(at, of_key=True),
            expected=f"{ordered.name}: one of {', '.join(ordered.values)}",
            mend="it decides which treatment of a customer leads",
        )  # fmt: skip
    for key, value in then.items():
        here = row.span if row is not None else document.span((*at, key))
        output = outputs.get(key)
        if output is None:
            place = row.span if row is not None else document.span((*at, key), of_key=True)
            yield Problem(
                code="unknown-output", message=f"unknown output '{key}'", span=place,
                expected=", ".join(outputs), mend=did_you_mean(key, outputs),
            )  # fmt: skip
            continue
        for part in _parts(output, value):
            if output.values and part not in output.values:
                yield Problem(
                    code="unknown-value", message=f"'{part}' is not a value of output '{key}'",
                    span=here, expected=", ".join(output.values),
                    mend=did_you_mean(part, output.values),
                )  # fmt: skip


def _parts(output: Output, value: str) -> list[str]:
    return [v for v in value.split(",") if v] if output.type == "list" else [value]
