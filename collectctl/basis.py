"""What a night's accounts are read and graded by: the part of a project that says what they are.

Knows which files that takes. Refuses to know what becomes of an account once it is graded, so that
a question about one account need not wait for letters, queues and limits to be read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from collectctl.columns import Dictionary, read_dictionary
from collectctl.compliance.statuses import StatusTable, read_statuses
from collectctl.exports.contract import Contract, read_contract
from collectctl.problems import ConfigError, Problem, has_errors
from collectctl.rules.rulebook import Rulebook, read_rulebook
from collectctl.settings import Configuration, Settings, read_settings
from collectctl.yaml_file import Document

EXPORTS = ("accounts", "parties", "statuses", "falling_due", "statements", "decisions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """Columns, contracts, rules and statuses of a project."""

    settings: Settings
    configuration: Configuration
    dictionary: Dictionary
    contracts: Mapping[str, Contract]
    """By export, in the order of `EXPORTS`."""
    rulebook: Rulebook
    statuses: StatusTable

    @property
    def root(self) -> Path:
        """The project folder."""
        return self.configuration.root


def read_basis(root: Path, config: str = "config") -> Basis:
    """The basis of a project folder; what its other files say is not looked at.

    Raises:
        ConfigError: something in it cannot be used; all problems of its files.
    """
    settings, document, files = read_settings(root, config)
    dictionary = dictionary_of(settings, files)
    contracts, found = contracts_of(settings, document, files, dictionary)
    rulebook, problems = read_rulebook({n: files[n] for n in settings.rules}, dictionary)
    found += problems
    statuses, problems = read_statuses(files[settings.statuses], settings.statuses)
    found += problems
    if rulebook is None or statuses is None or has_errors(found):
        raise ConfigError(found)
    return Basis(
        settings=settings,
        configuration=Configuration(root=root, files=files),
        dictionary=dictionary,
        contracts=contracts,
        rulebook=rulebook,
        statuses=statuses,
    )


def dictionary_of(settings: Settings, files: Mapping[str, bytes]) -> Dictionary:
    """The column dictionary; everything else is read against it.

    Raises:
        ConfigError: the dictionary cannot be used.
    """
    dictionary, problems = read_dictionary(files[settings.columns], settings.columns)
    if dictionary is None:
        raise ConfigError(problems)
    return dictionary


def contracts_of(
    settings: Settings, document: Document, files: Mapping[str, bytes], dictionary: Dictionary
) -> tuple[dict[str, Contract], list[Problem]]:
    """The contracts that can be used, by export in the order of `EXPORTS`, and all problems.

    `document` is the project's own file, which names them.
    """
    named: dict[str, str] = dict(settings.contracts.items())
    found: list[Problem] = []
    contracts: dict[str, Contract] = {}
    for name in EXPORTS:
        if (file := named.get(name)) is not None:
            contract, problems = read_contract(files[file], file, dictionary)
            found += problems
            if contract is not None:
                contracts[name] = contract
    if "accounts" not in named:
        found.append(_no_accounts(document))
    return contracts, found


def _no_accounts(document: Document) -> Problem:
    return Problem(
        code="accounts-contract",
        message="no contract for the accounts export",
        span=document.span(("contracts",), of_key=True),
        expected="accounts: contracts/accounts.yaml",
    )
