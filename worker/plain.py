"""A sealed letter as its reader sees it, for notices that show it. Pure.

Only for letters of our own: ``letter.compose`` made them, so nothing in them is a stranger's.
"""

from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default


@dataclass(frozen=True, slots=True)
class Plain:
    """The subject and the plain text."""

    subject: str
    text: str

    @property
    def quoted(self) -> str:
        """The text with a bar before each line, so that it is seen where it begins and ends."""
        return "\n".join(f"  | {line}".rstrip() for line in self.text.strip().splitlines())


def plain(content: bytes | None) -> Plain | None:
    """What stands in the sealed bytes; None where there are none."""
    if not content:
        return None
    message = message_from_bytes(content, policy=default)
    body = message.get_body(("plain",))
    return Plain(str(message["Subject"]), str(body.get_content()) if body else "")
