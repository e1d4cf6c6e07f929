"""Where something stands in a text: Jinja2 knows the line, the column is found by looking.

Knows lines and patterns. Refuses to know what is wrong there.
"""

import re

from collectctl.problems import Span


def place(source: str, file: str, line: int, pattern: str = "") -> Span:
    """Where the pattern first stands on the line (or the few after it), else the whole line."""
    lines = source.split("\n")
    for number in range(line, min(line + 6, len(lines) + 1)):
        match = re.search(pattern, lines[number - 1]) if pattern else None
        if match is not None:
            start, end = match.span(match.lastindex or 0)
            return Span(
                file=file, line=number, column=start + 1, length=max(1, end - start),
                excerpt=lines[number - 1],
            )  # fmt: skip
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    column = len(text) - len(text.lstrip()) + 1
    return Span(file=file, line=line, column=column, length=1, excerpt=text)
