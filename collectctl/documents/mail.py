"""E-mails as a mail server takes them: one message with a text and an HTML part, many in an mbox.

Knows the headers of a message. Refuses to know what a letter says and when it may be sent: its
window stands in headers of its own, for whoever sends it. The bytes depend on what is given alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from collectctl.documents.outbox import PAGE_END
from collectctl.documents.plain import plain

POLICY = SMTP.clone(max_line_length=200, linesep="\n")
"""Lines end as files of this system do; a mail server makes CRLF of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who writes, in one language."""

    name: str
    address: str
    """A mailbox of the bank: answers go there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One e-mail before it is written."""

    item: str
    to: str
    subject: str
    body: str
    """The letter's markup."""
    frame: str
    """A page in which the body stands, without it."""
    language: str
    opens: str
    closes: str


def mbox(mail: Mail, senders: Mapping[str, Sender], moment: datetime) -> bytes:
    """The message as an entry of an mbox file; `moment` is its date and knows its zone.

    Headers beside the usual ones: `X-Item`, the item's name; `X-Opens` and `X-Closes`, the window
    [opens, closes) within which it may be sent.
    """
    sender = senders[mail.language]
    message = EmailMessage(POLICY)
    user, _, domain = sender.address.partition("@")
    message["From"] = Address(sender.name, user, domain)
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(moment)
    message["Message-ID"] = f"<{mail.item}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = mail.language.replace("_", "-")
    message["X-Item"], message["X-Opens"], message["X-Closes"] = mail.item, mail.opens, mail.closes
    message.set_content(plain(mail.body), cte="base64")
    page = mail.frame.removesuffix(PAGE_END) + f"<section>\n{mail.body}\n</section>\n{PAGE_END}"
    message.add_alternative(page, subtype="html", cte="base64")
    message.set_boundary(f"=={mail.item}==")
    first = f"From {sender.address} {moment:%a %b %d %H:%M:%S %Y}\n"
    return first.encode() + message.as_bytes() + b"\n"
