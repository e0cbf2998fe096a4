"""A name server of the tests on loopback: it knows TXT records, and fails when it is told to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from dns import flags, message, rcode, rrset
from dns.resolver import Resolver


def resolver(port: int) -> Resolver:
    """Asks this server and no other."""
    made = Resolver(configure=False)
    made.nameservers = ["127.0.0.1"]
    made.port = port
    return made


class NameServer:
    """A context manager. ``records`` are by name; ``away`` are names about which it fails.

    ``asked`` are the names it was asked about, one by one.
    """

    def __init__(self, records: Mapping[str, Sequence[str]], away: Sequence[str] = ()) -> None:
        self.records = dict(records)
        self.away = set(away)
        self.asked: list[str] = []
        self._line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._line.bind(("127.0.0.1", 0))
        self.port: int = self._line.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._line.sendto(b"", self._line.getsockname())
        self._thread.join()
        self._line.close()

    def _serve(self) -> None:
        while True:
            octets, asker = self._line.recvfrom(65_535)
            if not octets:
                return
            self._line.sendto(self._answer(message.from_wire(octets)).to_wire(), asker)

    def _answer(self, question: message.Message) -> message.Message:
        place = question.question[0].name
        name = place.to_text(omit_final_dot=True)
        self.asked.append(name)
        answer = message.make_response(question)
        answer.flags |= flags.RA
        if name in self.away:
            answer.set_rcode(rcode.SERVFAIL)
        elif name not in self.records:
            answer.set_rcode(rcode.NXDOMAIN)
        elif self.records[name]:
            answer.answer.append(rrset.from_text(place, 60, "IN", "TXT", *self.records[name]))
        return answer
