"""Letters and drafts: which documents there are, and the night's documents rendered for senders.

Knows the bank's texts, the sandbox they run in and the forms senders take. Refuses to know why an
account gets a document and whether it may leave.
"""
