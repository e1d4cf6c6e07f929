"""Measures and their definitions, brakes, conservation, and the night's page.

Knows what is counted and when a count is too strange to go out. Refuses to know how a decision
was made.
"""
