"""The numbered SQL files that make a ledger, read in their order by `ledger.migrate`."""
