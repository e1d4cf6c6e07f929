"""The beginning of a file of letters or scripts: styles, page size, emblem and seal.

Knows how a page looks. Refuses to know what stands on it.
"""

import base64
import html
import re
from importlib import resources

from collectctl.documents.records import Bank

_STYLE = {"email": "letter"}
"""Whose styles a page has that has none of its own."""
_SCREEN = "SimSun,'Noto Serif CJK SC',serif"
_SEAL = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200">
<g fill="none" stroke="#c8102e"><circle cx="100" cy="100" r="94" stroke-width="5"/>
<path id="a" d="M 31 118 A 72 72 0 1 1 169 118" stroke="none"/></g>
<g fill="#c8102e" font-family="@font" font-weight="700" text-anchor="middle">
<text font-size="21" letter-spacing="3">
<textPath href="#a" startOffset="50%">@name</textPath></text>
<path d="M100 70l7.1 21.8h22.9l-18.5 13.5 7.1 21.8-18.6-13.5-18.5 13.5 7-21.8-18.5-13.5h22.9z"/>
<text x="100" y="156" font-size="15">@text</text></g>
</svg>"""


def head(channel: str, language: str, bank: Bank, logo: str, title: str) -> str:
    """The beginning of an HTML file of this channel, up to its first page."""
    frame = resources.files("collectctl").joinpath("templates")
    style = frame.joinpath(f"{_STYLE.get(channel, channel)}.css").read_text(encoding="utf-8")
    footer = f"{bank.name}  ·  {bank.hotline}  ·  {bank.address}"
    style += (
        f"@page {{ @bottom-center {{ content: {_css_text(footer)}; }} }}\n"
        f".seal {{ background-image: url({_data_uri(seal(bank, _SCREEN).encode())}); }}\n"
    )
    if logo:
        style += f".logo {{ background-image: url({_data_uri(logo.encode())}); }}\n"
    return (
        f'<!doctype html>\n<html lang="{language.replace("_", "-")}">\n<head>\n'
        '<meta charset="utf-8">\n'
        f"<title>{html.escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
    )


def seal(bank: Bank, font: str) -> str:
    """The bank's seal as SVG, its words in the first of these fonts that there is."""
    words = {
        "@font": font,
        "@text": html.escape(bank.seal_text),
        "@name": html.escape(bank.seal_name),
    }
    return re.sub("@(font|text|name)", lambda found: words[found.group()], _SEAL)


def _data_uri(svg: bytes) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}"


def _css_text(text: str) -> str:
    """The text as a CSS string that cannot end early, whatever the bank wrote."""
    return '"' + "".join(c if c.isalnum() or c in " ·.-" else f"\\{ord(c):06x}" for c in text) + '"'
