"""Lint: what a text may not say, must say and must agree with, before and after it is rendered."""
