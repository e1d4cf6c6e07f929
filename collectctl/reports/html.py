"""A page of this program made from its template and values: one file that needs nothing else.

Knows how values become markup. Refuses to know what a page says.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from jinja2 import BaseLoader, Environment, StrictUndefined
from markupsafe import Markup

from collectctl.problems import visible


def html_page(template: str, styles: Sequence[str], values: Mapping[str, object]) -> bytes:
    """The page of a template, with its style sheets as `css`; same values, same bytes.

    `styles` and `template` are files below `templates/`. Values are escaped, and what does not
    print is made visible; numbers have the filter `n`.
    """
    # S704: these are files of this program
    css = Markup("".join(_text(name) for name in styles))  # noqa: S704
    page = _environment().from_string(_text(template))
    return page.render({**values, "css": css}).encode()


@cache
def _text(name: str) -> str:
    return resources.files("collectctl").joinpath("templates", name).read_text("utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=BaseLoader(),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters["n"] = number
    return environment


def _shown(value: object) -> object:
    """Text with control and direction characters made visible; markup of this program as it is."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return visible(value)
    return value


def number(value: int) -> str:
    """A whole number with separators."""
    return f"{value:,}"
