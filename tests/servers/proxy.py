"""A TCP proxy that breaks each connection where a test tells it to, at an octet of the dialogue.

It stands between the worker and any server. ``faults`` are used up, one a connection; after that
every connection is whole. ``carried`` tells how far the last connection came, so that a test can
go through every place where it may break.
"""

import select
import socket
import struct
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from enum import StrEnum
from typing import NamedTuple, Self


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


class _Over(Exception):
    pass


class Proxy:
    """A context manager; listens on ``port`` and carries to ``target``, both on loopback."""

    def __init__(self, target: int, faults: Iterable[Fault] = ()) -> None:
        self.target = target
        self.faults = list(faults)
        #: Octets from the client and from the server, of the connection opened last.
        self.carried = {False: 0, True: 0}
        self.released = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                fault = self.faults.pop(0) if self.faults else None
                self.carried = {False: 0, True: 0}
                carrying = threading.Thread(target=self._carry, args=(client, fault), daemon=True)
                self._threads.append(carrying)
                carrying.start()

    def _carry(self, client: socket.socket, fault: Fault | None) -> None:
        with client, suppress(OSError, _Over), socket.create_connection(
            ("127.0.0.1", self.target)
        ) as server:  # fmt: skip
            _Line(self, client, server, fault).carry()


class _Line:
    """One connection; a single thread carries both ways, so that a close is a close at once."""

    def __init__(
        self, proxy: Proxy, client: socket.socket, server: socket.socket, fault: Fault | None
    ) -> None:
        self.proxy, self.client, self.server, self.fault = proxy, client, server, fault
        self.carried = proxy.carried

    def carry(self) -> None:
        """Until one side has enough, or the fault ends it."""
        while not self.proxy.released.is_set():
            for source in select.select([self.client, self.server], [], [], 0.2)[0]:
                octets = source.recv(65_536)
                if not octets:
                    return
                self._pass_on(octets, answers=source is self.server)

    def _pass_on(self, octets: bytes, *, answers: bool) -> None:
        target = self.client if answers else self.server
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
                self.proxy.released.wait(60)
                raise _Over
            case Act.RESET:  # no lingering: what is unsent is dropped, and a reset goes out
                self.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                raise _Over
            case Act.CLOSE:
                raise _Over
            case Act.SLICE:
                for octet in rest:
                    target.sendall(bytes([octet]))
            case Act.DELAY:
                time.sleep(0.05)
                target.sendall(rest)
