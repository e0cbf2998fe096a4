"""A mail server that files what it takes into a Dovecot, as providers do: in Sent, in the inbox.

``ScriptedServer`` with the rest of the mail system behind it: the copy is filed before the answer
to the dot, so that an answer that never comes was a yes all the same.
"""

from collections.abc import Callable, Mapping

from servers.dovecot import Dovecot
from servers.scripted import ScriptedServer


class FilingServer(ScriptedServer):
    """``rewrites`` is what becomes of a message on its way; ``sent`` is the folder, or None.

    Without ``files`` it only takes, for as long as Dovecot is down.
    """

    def __init__(
        self,
        imap: Dovecot,
        script: Mapping[str, list[str | bytes]] | None = None,
        *,
        sent: str | None = "Sent",
        rewrites: Callable[[bytes], bytes] = lambda raw: raw,
    ) -> None:
        super().__init__(script)
        self.files = True
        self._imap = imap
        self._sent = sent
        self._rewrites = rewrites

    def next(self, stage: str) -> str | bytes:
        """At the dot the message is filed, and delivered when it is to the mailbox itself."""
        if stage == "dot" and self.files:
            recipient, raw = self.taken[-1]
            if self._sent is not None:
                self._imap.append(self._rewrites(raw), self._sent)
            if recipient == self._imap.user:
                self._imap.append(self._rewrites(raw))
        return super().next(stage)
