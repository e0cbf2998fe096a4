"""Why sending rests, for every worker: several reasons at once, each under its scope.

    server          about us; ends by itself, and begins anew for longer while it goes on
    domain:<name>   letters to that domain wait, the others go
    breaker         letters rest until a person has looked; notices go, so that one is told
    person          by hand, until a person resumes
    anything else   is somebody else's (``restored``): everything rests, ``resume`` leaves it

A reason never shortens another one: each scope has its own row, and the longer of two reasons of
one scope stays. A pause that is over keeps its row until a letter was taken, so that trouble that
comes back at once is the same episode: it rests longer, and people are told once.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from worker.decision import Outcome
from worker.lifecycle import Kind
from worker.result import Rest
from worker.store import journal
from worker.store.engine import Store, one_at_a_time
from worker.store.live import is_live
from worker.store.records import outcome, pause
from worker.store.schema import entry

SERVER, BREAKER, PERSON, DOMAIN = "server", "breaker", "person", "domain:"

#: What is over for longer than this is another episode, whether a letter was taken or not.
EPISODE = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Why something rests, in words for a person, and until when: None is until one resumes."""

    scope: str
    why: str
    mend: str
    since: datetime
    until: datetime | None
    rule: str = ""
    times: int = 0

    def holds(self, now: datetime) -> bool:
        """Whether it is in force."""
        return self.until is None or self.until > now


@dataclass(frozen=True, slots=True)
class Standing:
    """All pauses: those in force, and those that are over and wait for a letter that is taken.

    In the shadow only letters of the outcomes that are ``live`` go; None is no shadow.
    """

    holding: tuple[Pause, ...]
    over: tuple[Pause, ...]
    live: frozenset[Outcome] | None = None

    def all_rests(self) -> Pause | None:
        """What stops notices too, the longest; None when something may go."""
        return _longest([
            each for each in self.holding
            if each.scope != BREAKER and not each.scope.startswith(DOMAIN)
        ])  # fmt: skip

    def letters_rest(self) -> Pause | None:
        """What stops letters to everybody, the longest."""
        return _longest([each for each in self.holding if not each.scope.startswith(DOMAIN)])

    def over_for(self, domain: str) -> list[Pause]:
        """What a letter that was taken for that domain ends for good."""
        ended = {SERVER, f"{DOMAIN}{domain}"}
        return [each for each in self.over if each.scope in ended]

    def claimable(self) -> ColumnElement[bool]:
        """Which entries may be claimed while something does go."""
        scopes = [each.scope for each in self.holding]
        domains = [each.removeprefix(DOMAIN) for each in scopes if each.startswith(DOMAIN)]
        rests = [entry.c.kind != Kind.LETTER] if BREAKER in scopes else []
        if domains:  # one list: SQLite takes no more than 1,000 conditions in a row
            rests.append(_domain().not_in(domains))
        if self.live is not None:
            rests.append(is_live(self.live))
        return and_(entry.c.id.is_not(None), *rests)


def _longest(found: Sequence[Pause]) -> Pause | None:
    """Without an end is longer than any."""
    return max(found, key=lambda each: (each.until is None, each.until or each.since), default=None)


def _domain() -> ColumnElement[str]:
    """What stands behind the @, on both databases: all but its letters stripped from the right."""
    email = func.lower(entry.c.email)
    local = func.rtrim(email, func.replace(email, "@", ""))
    return func.substr(email, func.length(local) + 1)


def standing(store: Store, now: datetime, live: frozenset[Outcome] | None = None) -> Standing:
    """Everything that rests; ``live`` as in ``Standing``."""
    with store.read() as connection:
        return replace(seen(connection, now), live=live)


def seen(connection: Connection, now: datetime) -> Standing:
    """The same, in somebody's transaction."""
    found = [Pause(**row) for row in connection.execute(select(pause)).mappings()]
    holding = tuple(each for each in found if each.holds(now))
    return Standing(holding, tuple(each for each in found if not each.holds(now)))


def paused(store: Store, now: datetime) -> Pause | None:
    """Why letters rest, if they do: the longest reason."""
    return standing(store, now).letters_rest()


def rest(
    store: Store, scope: str, given: Rest, detail: str, *, now: datetime, by: str
) -> Pause | None:
    """Rest by itself, the longer the oftener; None when a pause in force is at least as long."""
    with store.write() as connection:
        one_at_a_time(connection)
        before = _at(connection, scope)
        made = grown(before, scope, given, detail, now=now)
        if made == before:
            return None
        _put(connection, made, now, by)
    return made


def grown(before: Pause | None, scope: str, given: Rest, detail: str, *, now: datetime) -> Pause:
    """The pause after one more reason to rest; ``before`` itself when that changes nothing."""
    if before is not None and not before.holds(now - EPISODE):
        before = None
    again = before is not None and before.rule == given.rule
    times = before.times if before and again else 0
    if before is not None and before.holds(now):
        longer = before.until is not None and now + given.wait(0) > before.until
        if again or not longer:
            return before
    elif again:
        times += 1
    why = f"{given.why} ({detail})"
    return Pause(scope=scope, rule=given.rule, why=why, mend=given.mend, times=times,
                 since=before.since if before else now, until=now + given.wait(times))  # fmt: skip


def pause_sending(connection: Connection, made: Pause, *, now: datetime, by: str) -> bool:
    """Put a pause that is given whole; False when that scope rests as long already."""
    before = _at(connection, made.scope)
    if before is not None and _outlasts(before, made):
        return False
    _put(connection, made if before is None else replace(made, since=before.since), now, by)
    return True


def _outlasts(before: Pause, made: Pause) -> bool:
    return before.until is None or (made.until is not None and made.until <= before.until)


def _at(connection: Connection, scope: str) -> Pause | None:
    row = connection.execute(select(pause).where(pause.c.scope == scope)).mappings().first()
    return Pause(**row) if row else None


def _put(connection: Connection, made: Pause, now: datetime, by: str) -> None:
    columns = {name: getattr(made, name) for name in pause.c.keys()}  # noqa: SIM118 - columns, no dict
    here = update(pause).where(pause.c.scope == made.scope).values(columns)
    if not connection.execute(here).rowcount:
        with suppress(IntegrityError), connection.begin_nested():  # another worker was first
            connection.execute(insert(pause).values(columns))
    detail = {"scope": made.scope, "why": made.why}
    if made.until is not None:
        detail["until"] = made.until.isoformat()
    journal.write(connection, now, "paused", worker=by, detail=detail)


def end(store: Store, over: Sequence[Pause], *, now: datetime, by: str) -> None:
    """A letter was taken: what is over is over for good."""
    with store.write() as connection:
        for each in over:
            gone = delete(pause).where(pause.c.scope == each.scope, pause.c.until == each.until)
            if connection.execute(gone).rowcount:
                _resumed(connection, each.scope, now, by)


def resume(store: Store, *, now: datetime, by: str) -> list[Pause]:
    """A person lets sending go on; what that ended. Other scopes than ours stay."""
    with store.write() as connection:
        one_at_a_time(connection)
        found = [Pause(**row) for row in connection.execute(select(pause)).mappings()]
        ours = [each for each in found if is_ours(each.scope)]
        for each in ours:
            connection.execute(delete(pause).where(pause.c.scope == each.scope))
            _resumed(connection, each.scope, now, by)
        connection.execute(delete(outcome))  # the breaker begins anew
    return [each for each in ours if each.holds(now)]


def is_ours(scope: str) -> bool:
    """Whether ``resume`` ends it."""
    return scope in {SERVER, BREAKER, PERSON} or scope.startswith(DOMAIN)


def _resumed(connection: Connection, scope: str, now: datetime, by: str) -> None:
    journal.write(connection, now, "resumed", worker=by, detail={"scope": scope})
