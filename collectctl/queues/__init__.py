"""Work for people: who gets which accounts tonight, and the workbook each of them opens.

Knows teams, capacities and what a clerk needs to see. Refuses to know rules, letters and why an
account needs a person.
"""
