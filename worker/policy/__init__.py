"""The rules of the house, pure: what is held, when a letter may go, what it may say.

Each rule takes what it needs as arguments and says in plain words why it acted.
"""
