"""Who gives a command, and whether a signature is theirs: the operating system and OpenSSH say.

Cryptography is `ssh-keygen`'s alone; it works without a network and without an agent.
"""

import os
import pwd
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from collectctl.authority import Person
from collectctl.problems import LedgerError, Problem

NAMESPACE = "collectctl"
"""What signatures are made for, so that one made for another purpose does not count."""
_LOGIN = Path("/proc/self/loginuid")
_NOBODY = 2**32 - 1
"""What the kernel says of a process that nobody logged in for."""


def operating_user() -> str:
    """The operating system's user who logged in or, where that is not kept, of this process.

    The files of a project belong to one user, so people come to it through sudo or su, which leave
    the login as it was: two people who work as that user are still two.
    """
    try:
        login = int(_LOGIN.read_text("ascii"))
    except (OSError, ValueError):
        login = _NOBODY
    for number in (login, os.getuid()):
        with suppress(KeyError):
            return pwd.getpwuid(number).pw_name
    return str(os.getuid())


def verified(text: bytes, person: Person, signature: Path) -> str:
    """The signature's text, if one of the person's keys made it over these bytes.

    Raises:
        LedgerError: `signature-wrong`, it is another text's, another person's or none at all.
    """
    try:
        made = signature.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise _wrong(f"'{signature.name}' cannot be read as a signature") from None
    if not person.keys:
        raise _wrong(f"authority.yaml has no key of {person.id}")
    with tempfile.TemporaryDirectory() as folder:
        allowed = Path(folder) / "allowed"
        allowed.write_text("".join(f"{person.id} {key}\n" for key in person.keys))
        given = Path(folder) / "signature"
        given.write_text(made)
        try:
            done = subprocess.run(  # noqa: S603 - our own words and files
                [  # noqa: S607 - where the system has it
                    "ssh-keygen", "-Y", "verify", "-f", allowed, "-I", person.id,
                    "-n", NAMESPACE, "-s", given,
                ],
                input=text, capture_output=True, check=False,
            )  # fmt: skip
        except OSError:
            raise _wrong("ssh-keygen is not installed, so no signature can be checked") from None
    if done.returncode:
        raise _wrong(f"no key of {person.id} made this signature over this proposal")
    return made


def _wrong(message: str) -> LedgerError:
    return LedgerError(
        Problem(
            code="signature-wrong",
            message=message,
            mend=f"sign the proposal's file: ssh-keygen -Y sign -n {NAMESPACE} -f KEY FILE",
        )
    )
