"""Somebody signs whose key authority.yaml does not name."""

from pathlib import Path

from proposals import edit, proposed, text_of

from collectctl.authority import Person
from collectctl.cli import main
from collectctl.commands.signing import verified


def provoke(bank: Path) -> None:
    """Brings it about."""
    main(["rules", "apply", "--sample", "--project", str(bank)])
    edit(bank, "brakes.yaml", "'90000.00'", "'80000.00'")
    text = str(text_of(bank, proposed(bank, by="S0001"))).encode()
    signature = Path("own.sig")
    signature.write_text("-----BEGIN SSH SIGNATURE-----\n", "ascii")
    checker = Person(id="S0002", roles=frozenset(), account=None, keys=("ssh-ed25519 AAAA",))
    verified(text, checker, signature)
