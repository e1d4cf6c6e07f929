"""The only writer of workbooks, byte for byte.

Knows how a table of columns becomes an Excel file that nobody's data can turn into anything else.
Refuses to know which rows stand in it and why.
"""
