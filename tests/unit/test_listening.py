"""How the scripted servers of the tests stop: nobody is let in, and no thread outlives them."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest
from servers.listening import Leave, Listening


class Reader(Listening):
    """Reads until its client leaves; to ``hang`` it falls silent, to ``leave`` it goes away."""

    def __init__(self) -> None:
        super().__init__()
        self.number = 0

    def let_in(self, connection: socket.socket) -> Callable[[], None]:
        self.number += 1
        return partial(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        connection.sendall(b"welcome")
        while octets := connection.recv(100):
            if octets == b"hang":
                self.hang()
            if octets == b"leave":
                raise Leave


def client_of(server: Listening) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", server.port), 5)
    assert client.recv(100) == b"welcome"
    return client


def test_a_connection_ends_when_the_server_leaves_and_the_next_is_let_in() -> None:
    with Reader() as server:
        for _ in range(2):
            with client_of(server) as client:
                client.sendall(b"leave")
                assert client.recv(100) == b""
    assert server.number == 2


def test_who_is_kept_waiting_is_let_go_when_the_server_stops() -> None:
    with Reader() as server:
        client = client_of(server)
        client.sendall(b"hang")
    with client:
        assert client.recv(100) == b""


def test_nobody_listens_and_no_thread_runs_once_a_server_has_stopped() -> None:
    before = set(threading.enumerate())
    with Reader() as server, client_of(server):
        assert set(threading.enumerate()) > before
    assert set(threading.enumerate()) == before
    with pytest.raises(ConnectionRefusedError):
        client_of(server)


def test_clients_that_come_while_a_server_stops_leave_no_thread_behind() -> None:
    before = set(threading.enumerate())
    for _ in range(50):
        with Reader() as server:
            comers = [threading.Thread(target=_come_and_go, args=(server,)) for _ in range(4)]
            for each in comers:
                each.start()
        for each in comers:
            each.join()
    assert set(threading.enumerate()) == before


def _come_and_go(server: Listening) -> None:
    with suppress(OSError), socket.create_connection(("127.0.0.1", server.port), 5):
        pass


def test_a_client_that_stays_fails_the_test_that_left_it_there() -> None:
    server = Reader()
    server.patience = 0.1
    with pytest.raises(AssertionError, match="somebody has not left Reader"), server:
        client = client_of(server)
    client.close()
    for thread in server._threads:
        thread.join(5)
        assert not thread.is_alive()
