"""Rows 35, 36 and 40 of the fault matrix: the same again, a server that lies, and loops.

Where no real server would do it, a scripted one lies.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from decisions import DECIDER, decision, mail
from servers.dovecot import Dovecot
from servers.scripted import ScriptedServer
from servers.scripted_imap import CLOSE, Item, ScriptedImap
from workplace import row

from faults.post import PROBLEMS, Post
from worker.policy.answers import MOST_IN_TURN
from worker.steps.inbox import MOST_TRIES

pytestmark = pytest.mark.servers


@pytest.fixture
def smtp() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture
def imap() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


def test_row_35_the_same_decision_by_mail_twice_and_by_file_is_one_letter(
    tmp_path: Path, smtp: ScriptedServer, imap: Dovecot
) -> None:
    post = Post(tmp_path, smtp, imap)
    raw = mail(decision(1))
    imap.append(raw)
    imap.append(raw)
    imap.append(mail(decision(1), subject="Again"))
    post.work()
    forwarded = mail(
        "See below.\n\n> " + decision(1).replace("\n", "\n> "), subject="Fwd: Decision"
    )
    imap.append(forwarded)
    post.drop(row(1))
    post.work()
    post.work_until_it_rests()
    assert post.letters() == Counter(["c1@candidates.example"])
    post.agrees(1)


def test_row_35_of_a_file_and_a_mail_that_contradict_each_other_one_is_sent_at_the_most(
    tmp_path: Path, smtp: ScriptedServer, imap: Dovecot
) -> None:
    post = Post(tmp_path, smtp, imap)
    post.environ["FOLLOWUP_TIMING__HOLD"] = "1h"
    imap.append(mail(decision(1)))
    post.work()
    post.drop(row(1, "advanced"))
    post.work()
    assert sorted(str(each["status"]) for each in post.entries()) == ["cancelled", "queued"]
    assert post.letters() == Counter()
    post.agrees(1)


def test_row_36_a_mail_that_the_server_never_gives_is_put_aside_and_the_next_is_read(
    tmp_path: Path, smtp: ScriptedServer
) -> None:
    no = b"{tag} NO [SERVERBUG] no such luck\r\n"
    script: dict[str, list[Item]] = {
        "UID FETCH": [None, no, None, *[None, no] * (MOST_TRIES - 1), None]
    }
    with ScriptedImap(script, [b"poison", mail(decision(2))]) as server:
        post = Post(tmp_path, smtp, server)
        with post.room() as room:
            for _ in range(MOST_TRIES + 1):
                assert room.look()
        assert server.moved == {"Decisions/Done": [2], "Decisions/Problems": [1]}
        assert server.mails == {}
        post.work()
    assert post.letters() == Counter(["c2@candidates.example"])
    assert post.notices()["hr@acme.example"] == 1
    assert post.events().count("quarantined") == 1
    post.agrees(2)


def test_row_36_a_mail_whose_fetch_ends_the_connection_is_put_aside_in_the_end(
    tmp_path: Path, smtp: ScriptedServer
) -> None:
    with ScriptedImap(mails=[b"poison", mail(decision(2))]) as server:
        post = Post(tmp_path, smtp, server)
        with post.room() as room:
            for _ in range(MOST_TRIES):
                server.script["UID FETCH"] = [None, CLOSE]
                assert room.look() is False
            server.script.clear()
            assert room.look()
        assert server.moved == {"Decisions/Done": [2], "Decisions/Problems": [1]}
    post.agrees(2)


def test_row_36_a_mail_that_is_not_moved_is_not_read_again_and_journalled_once(
    tmp_path: Path, smtp: ScriptedServer
) -> None:
    full = b"{tag} NO [OVERQUOTA] Quota exceeded\r\n"
    with ScriptedImap({"UID MOVE": [full] * 3}, [mail(decision(1))]) as server:
        post = Post(tmp_path, smtp, server)
        with post.room() as room:
            for _ in range(4):
                assert room.look()
        assert server.moved == {"Decisions/Done": [1]}
        assert len([each for each in server.commands if "BODY.PEEK" in each]) == 1
    post.work()
    assert post.letters() == Counter(["c1@candidates.example"])
    assert post.events().count("not_moved") == 1
    post.agrees(1)


def test_row_36_an_alert_is_told_to_people_once(tmp_path: Path, smtp: ScriptedServer) -> None:
    alert = b"* OK [ALERT] The password of hr@acme.example ends tomorrow\r\n"
    with ScriptedImap({"greeting": [alert] * 3}) as server:
        post = Post(tmp_path, smtp, server)
        for _ in range(3):
            post.work()
    assert post.notices() == Counter(["hr@acme.example"])
    assert b"ends tomorrow" in smtp.taken[0][1]
    post.agrees()


@pytest.mark.parametrize(
    "lie",
    [
        b"* 1 FETCH (UID 1 BODY[]<0> {99999999999}\r\n",
        b"* BYE Session invalidated\r\n",
        b"* 1 FETCH (ENVELOPE NIL UID 1)\r\n{tag} OK done\r\n",
        b"{tag} BAD no\r\n",
        b"garbage\r\n",
    ],
)
def test_row_36_a_lie_of_the_server_costs_one_look_and_no_decision(
    tmp_path: Path, smtp: ScriptedServer, lie: bytes
) -> None:
    with ScriptedImap({"UID FETCH": [None, lie]}, [mail(decision(1))]) as server:
        post = Post(tmp_path, smtp, server)
        with post.room(read_timeout=0.5) as room:
            room.look()
            room.look()
        assert server.moved == {"Decisions/Done": [1]}
        post.work()
    assert post.letters() == Counter(["c1@candidates.example"])
    post.agrees(1)


MACHINES = {
    "out of office": mail("Away.\n", Auto_Submitted="auto-replied"),
    "out of office of Exchange": mail("Away.\n", X_Auto_Response_Suppress="All",
                                      Auto_Submitted="auto-generated"),
    "a list": mail(decision(), List_Id="<all.acme.example>"),
    "bulk": mail(decision(), Precedence="bulk"),
    "null reverse path": mail(decision(), Return_Path="<>"),
    "our own": mail(decision(), X_Followup_Id="0123456789abcdef0123"),
    "from ourselves": mail(decision(), sender="talent@acme.example"),
    "a read receipt": mail("Read.\n").replace(
        b'text/plain; charset="utf-8"',
        b"multipart/report; report-type=disposition-notification; boundary=b",
    ),
}  # fmt: skip


def test_row_40_no_machine_is_answered_and_none_decides(
    tmp_path: Path, smtp: ScriptedServer, imap: Dovecot
) -> None:
    post = Post(tmp_path, smtp, imap)
    for raw in MACHINES.values():
        imap.append(raw)
    post.work()
    post.work()
    assert smtp.taken == []
    assert post.statuses() == {}


def test_row_40_a_program_that_answers_our_answers_is_not_answered_for_ever(
    tmp_path: Path, smtp: ScriptedServer, imap: Dovecot
) -> None:
    post = Post(tmp_path, smtp, imap)
    imap.append(mail("I am a program that does not say so.\n"))
    for _ in range(MOST_IN_TURN + 2):
        before = len(smtp.taken)
        post.work()
        for to, notice in smtp.taken[before:]:
            if to != DECIDER:
                continue
            told = dict(line.split(": ", 1) for line in notice.decode().split("\r\n\r\n")[0]
                        .split("\r\n") if ": " in line and line[0] != " ")  # fmt: skip
            imap.append(mail("Thank you for your mail!\n", subject=f"Re: {told['Subject']}",
                             In_Reply_To=told["Message-ID"]))  # fmt: skip
    assert post.notices() == Counter({DECIDER: MOST_IN_TURN, "hr@acme.example": 1})
    assert imap.messages("INBOX") == []


def test_row_40_a_flood_of_a_thousand_mails_does_not_keep_the_decision_behind_it(
    tmp_path: Path, smtp: ScriptedServer, imap: Dovecot,
    record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    client = imap.client()
    for number in range(1_000):
        junk = mail(decision(number), sender=f"m{number}@evil.example", results="")
        client.append("INBOX", "", "", junk)
    client.append("INBOX", "", "", mail(decision(5_000)))
    client.logout()
    post = Post(tmp_path, smtp, imap)
    before, began = _resident(), time.monotonic()
    post.work()
    taken = time.monotonic() - began
    grown = _resident() - before
    assert post.letters() == Counter(["c5000@candidates.example"])
    assert post.notices() == Counter([DECIDER])
    assert len(imap.messages(PROBLEMS)) == 1_000
    assert grown < 50_000
    record_property("figure", f"1,000 junk mails put aside in {taken:.0f} s, {grown} kB of memory"
                              " more, the decision behind them taken")  # fmt: skip


def _resident() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])
