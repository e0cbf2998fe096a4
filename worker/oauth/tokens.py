"""The tokens of one login, shared by every connection that logs in with it.

One token is fetched for all, and renewed before it ends. Logins go one at a time, so that what a
server refuses is refused once and not by every sender: a refused token is replaced by a new one,
and when that is refused as well, the refusal stands for all who wait. Repeating refused logins
locks accounts.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from worker.errors import SessionError, TokenRefused

#: Of a token's life, after which it is renewed: a session that begins now shall last a while.
RENEWAL = 0.8
#: How long a failure stands for all who want to log in; by then the pause holds them back.
STANDS = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and its life; the text stays out of ``repr``."""

    text: str = field(repr=False)
    since: datetime
    ends: datetime

    def is_fresh(self, now: datetime) -> bool:
        """Whether it need not be renewed yet."""
        return now < self.since + (self.ends - self.since) * RENEWAL


#: Asks the token endpoint, at this moment. Raises ``SessionError``.
Grant = Callable[[datetime], Token]


class Tokens:
    """The current token of one login, and what is known of it. Safe for many threads."""

    def __init__(self, grant: Grant, *, now: Callable[[], datetime]) -> None:
        self._grant = grant
        self._now = now
        self._lock = threading.Lock()
        self._token: Token | None = None
        self._doubted = False
        self._failure: SessionError | None = None
        self._stands_until = now()

    @property
    def ends(self) -> datetime | None:
        """When the token at hand ends; None without one."""
        token = self._token
        return token.ends if token else None

    def log_in(self, attempt: Callable[[str], None]) -> None:
        """Let ``attempt`` log in with the token. Raises its ``SessionError``, or that of the grant.

        The first refusal of a token is ``TokenRefused``: whoever opens the session tries again, on
        a new connection and with a new token then. The next one is lasting.
        """
        with self._lock:
            if self._failure and self._now() < self._stands_until:
                raise _like(self._failure)
            token = self._current()
            try:
                attempt(token.text)
            except SessionError as why:
                # Without its cause: there, a library may have quoted what we said.
                raise self._judged(why, token) from None
            self._doubted, self._failure = False, None

    def _current(self) -> Token:
        now, old = self._now(), self._token
        if old and old.is_fresh(now):
            return old
        try:
            self._token = self._grant(now)
        except SessionError as why:
            if old is None or old.ends <= now or why.lasting:
                self._stand(why)
                raise
            # It still works; the endpoint is asked again at 80 % of what is left of it.
            self._token = replace(old, since=now)
        return self._token

    def _judged(self, why: SessionError, token: Token) -> SessionError:
        told = _like(why, without=token.text)
        is_refusal = why.lasting and bool(why.reply)
        if is_refusal:
            self._token = None
        if is_refusal and not self._doubted:
            self._doubted = True
            return TokenRefused(str(told), stage=told.stage, reply=told.reply)
        self._stand(told)
        return told

    def _stand(self, why: SessionError) -> None:
        self._failure, self._stands_until = _like(why), self._now() + STANDS


def _like(why: SessionError, without: str = "") -> SessionError:
    """A new error that says the same: one object must not be raised by several threads."""

    def clean(text: str) -> str:
        return text.replace(without, "…") if without else text

    return SessionError(
        clean(str(why)), stage=why.stage, reply=clean(why.reply), lasting=why.lasting
    )
