"""Handing letters to a mail server, one recipient at a time, and knowing what came of it.

``smtp`` speaks and owns smtplib; ``replies`` says what an answer means; ``catcher`` is a mail
server for trying things out. None of them knows the database.
"""
