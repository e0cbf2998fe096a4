"""Sealing notices: who they are from, where an answer goes, and the line that names them."""

from dataclasses import replace

from worker.cli import build
from worker.letter import Letter, Mailbox, Parts, compose
from worker.notices import referring
from worker.settings import Settings


def seal(given: Settings, parts: Parts, *, answerable: bool) -> Letter:
    """Seal it. What can be answered leads its answers to the mailbox in which they are read."""
    token = build.new_token()
    if answerable and given.mailbox.enabled:
        parts = replace(parts, text=referring(parts.text, token), reply_to=_reply_to(given, parts))
    return compose(parts, token, build.now())


def _reply_to(given: Settings, parts: Parts) -> Mailbox | None:
    """None where an answer goes there anyway."""
    there = build.decision_address(given)
    same = there.casefold() == parts.sender.address.casefold()
    return None if same else Mailbox(there, parts.sender.name)
