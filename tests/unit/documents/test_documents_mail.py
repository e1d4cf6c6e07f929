"""E-mails as a mail server is handed them: read back with the standard library."""

import email
import mailbox
from contextlib import closing
from datetime import datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from zoneinfo import ZoneInfo

from letterbox import ACCOUNT, PERSON, post

from collectctl.documents.mail import Sender
from collectctl.documents.senders import Standing, message_files

MOMENT = datetime(2026, 11, 21, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
SENDERS = {
    "zh_CN": Sender(name="清河农村商业银行", address="cards@qinghe-rcb.example"),
    "en": Sender(name="Qinghe Rural Commercial Bank", address="cards@qinghe-rcb.example"),
}


def _mbox(tmp_path: Path, name: str = "欧阳文华") -> bytes:
    people = [
        PERSON | {"contact_no": 1, "channel": "email", "name": name},
        PERSON | {"contact_no": 2, "channel": "email", "language": "en", "name": "Wenhua Ouyang"},
        PERSON | {"contact_no": 3, "channel": "email"},
    ]
    _, out = post(tmp_path, people, [ACCOUNT | {"contact_no": n} for n in (1, 2, 3)])
    standing = {
        n: Standing(
            item=f"20261120-{n:06d}", to=f"wh{n}@example.invalid", language=language,
            opens="2026-11-21 08:30:00", closes="2026-11-21 22:00:00",
        )
        for n, language in ((1, "zh_CN"), (2, "en"))
    }  # fmt: skip
    files = dict(message_files(out / "messages", standing, SENDERS, MOMENT))
    assert list(files) == ["mail.mbox"]
    return b"".join(files["mail.mbox"])


def _messages(folder: Path, data: bytes) -> list[EmailMessage]:
    """What the standard library finds in the file."""
    path = folder / "mail.mbox"
    path.write_bytes(data)
    with closing(mailbox.mbox(path)) as box:
        return [email.message_from_bytes(m.as_bytes(), policy=default) for m in box]


def _content(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_each_standing_e_mail_is_a_message_with_a_text_and_a_page(tmp_path: Path) -> None:
    chinese, english = _messages(tmp_path, _mbox(tmp_path))
    assert [m["To"] for m in (chinese, english)] == ["wh1@example.invalid", "wh2@example.invalid"]
    assert chinese["From"] == "清河农村商业银行 <cards@qinghe-rcb.example>"
    assert chinese["Subject"] == "关于您的信用卡账户"
    assert english["Subject"] == "About your card account"
    assert chinese["Message-ID"] == "<20261120-000001@qinghe-rcb.example>"
    assert chinese["Date"] == "Sat, 21 Nov 2026 08:30:00 +0800"
    assert chinese["X-Opens"] == "2026-11-21 08:30:00"
    assert chinese["X-Closes"] == "2026-11-21 22:00:00"
    assert chinese.get_content_type() == "multipart/alternative"
    for message, total in ((chinese, "12,345.67元"), (english, "CNY 12,345.67")):
        text, page = _content(message, "plain"), _content(message, "html")
        assert total in text
        assert total in page
        assert "<" not in text
        assert page.startswith("<!doctype html>")
        assert page.endswith("</section>\n</body>\n</html>\n")


def test_no_e_mail_says_where_somebody_lives(tmp_path: Path) -> None:
    for message in _messages(tmp_path, _mbox(tmp_path)):
        for kind in ("plain", "html"):
            assert "和兴路18号" not in _content(message, kind)


def test_a_hostile_name_opens_no_header_and_no_tag(tmp_path: Path) -> None:
    message, other = _messages(tmp_path, _mbox(tmp_path, "From 王\r\nBcc: x@example.invalid <b>"))
    assert message["Bcc"] is None
    assert message["To"] == "wh1@example.invalid"
    assert other["To"] == "wh2@example.invalid"
    assert "&lt;b&gt;" in _content(message, "html")


def test_the_same_e_mails_are_the_same_bytes(tmp_path: Path) -> None:
    assert _mbox(tmp_path / "a") == _mbox(tmp_path / "b")
