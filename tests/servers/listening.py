"""How the scripted servers listen, let clients in, and stop: each connection has its own thread.

Once a server stops, nobody is let in, whoever waits on ``released`` goes on, and the end of every
thread is awaited. A client that stays all the same fails the test that left it there.
"""

import socket
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn, Self

#: Seconds that a server keeps silent when it hangs; most tests stop it long before.
SILENCE = 60.0


class Leave(Exception):
    """The server ends this connection now."""


class Listening(ABC):
    """A context manager; listens on a free loopback port from the moment it is made."""

    #: Seconds that clients have to leave, once the server stops.
    patience = 10.0

    def __init__(self) -> None:
        self.released = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads: list[threading.Thread] = []

    @abstractmethod
    def let_in(self, connection: socket.socket) -> Callable[[], object]:
        """Note a connection, in the order of their coming; what is then done on its thread."""

    def hang(self) -> NoReturn:
        """Say nothing more on this connection."""
        self.released.wait(SILENCE)
        raise Leave

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        with self._listener:  # closed when nobody accepts on it any more
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            for thread in self._threads:  # the first accepts, and adds none once it has ended
                thread.join(self.patience)
                assert not thread.is_alive(), f"somebody has not left {type(self).__name__}"

    def _start(self, work: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._start(_hold, connection, self.let_in(connection))


def _hold(connection: socket.socket, serve: Callable[[], object]) -> None:
    with connection, suppress(OSError, Leave):
        serve()
