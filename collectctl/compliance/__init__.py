"""What may be done to whom: statuses, liable persons, proposed contacts.

Knows what a status allows and who may be addressed. Refuses to know who asked and how it is sent.
"""
