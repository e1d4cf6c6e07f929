"""A fictional rural commercial bank: its customers, their debts, and what happens to them."""
