"""A TCP proxy that breaks each connection where a test tells it to, at an octet of the dialogue.

It stands between the worker and any server. ``faults`` are used up, one a connection; after that
every connection is whole. ``carried`` tells how far the last connection came, so that a test can
go through every place where it may break.
"""

import select
import socket
import struct
import time
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import NamedTuple

from servers.listening import Leave, Listening


class Act(StrEnum):
    """What happens once the octets before the fault are through."""

    CLOSE = "close"  # both sides see the end of the connection
    RESET = "reset"  # the client sees a reset, as when a firewall forgets the connection
    STALL = "stall"  # nothing more comes through, and nobody is told
    SLICE = "slice"  # the rest of what was read comes through in single octets
    DELAY = "delay"  # the rest comes late


class Fault(NamedTuple):
    """``after`` that many octets from the client, or with ``answers`` from the server."""

    act: Act
    after: int
    answers: bool = False


class Proxy(Listening):
    """A context manager; listens on ``port`` and carries to ``target``, both on loopback."""

    def __init__(self, target: int, faults: Iterable[Fault] = ()) -> None:
        super().__init__()
        self.target = target
        self.faults = list(faults)
        #: Octets from the client and from the server, of the connection opened last.
        self.carried = {False: 0, True: 0}

    def let_in(self, connection: socket.socket) -> Callable[[], None]:
        fault = self.faults.pop(0) if self.faults else None
        self.carried = {False: 0, True: 0}
        return _Line(self, connection, fault).hold


class _Line:
    """One connection; a single thread carries both ways, so that a close is a close at once."""

    def __init__(self, proxy: Proxy, client: socket.socket, fault: Fault | None) -> None:
        self.proxy, self.client, self.fault = proxy, client, fault
        self.carried = proxy.carried

    def hold(self) -> None:
        """Until one side has enough, or the fault ends it."""
        with socket.create_connection(("127.0.0.1", self.proxy.target)) as server:
            while not self.proxy.released.is_set():
                for source in select.select([self.client, server], [], [], 0.2)[0]:
                    octets = source.recv(65_536)
                    if not octets:
                        return
                    answers = source is server
                    self._pass_on(octets, self.client if answers else server, answers=answers)

    def _pass_on(self, octets: bytes, target: socket.socket, *, answers: bool) -> None:
        room = len(octets)
        if self.fault is not None and self.fault.answers is answers:
            room = self.fault.after - self.carried[answers]
        target.sendall(octets[:room])
        self.carried[answers] += len(octets[:room])
        if room < len(octets):
            self._act(octets[room:], target)
            self.carried[answers] += len(octets[room:])

    def _act(self, rest: bytes, target: socket.socket) -> None:
        assert self.fault is not None
        act, self.fault = self.fault.act, None
        match act:
            case Act.STALL:
                self.proxy.hang()
            case Act.RESET:  # no lingering: what is unsent is dropped, and a reset goes out
                self.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                raise Leave
            case Act.CLOSE:
                raise Leave
            case Act.SLICE:
                for octet in rest:
                    target.sendall(bytes([octet]))
            case Act.DELAY:
                time.sleep(0.05)
                target.sendall(rest)
