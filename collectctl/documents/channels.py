"""The forms that a document can take, by the channel that each goes out on."""

from typing import Literal, get_args

Channel = Literal["letter", "sms", "email", "wechat", "script"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)
PAGED: tuple[Channel, ...] = ("letter", "script")
"""The forms that are pages, many in a file."""
MARKUP: tuple[Channel, ...] = (*PAGED, "email")
"""The forms that are markup; the others are plain text."""
