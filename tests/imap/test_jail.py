"""The process that opens mail: what it reads, what ends it, and what never does."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from decisions import AUTHSERV_ID, decision, mail
from workplace import ROOT

from worker import columns
from worker.errors import BadSubmission, NoJail
from worker.intake.jail import Jail, Limits
from worker.intake.mailform import Attachment
from worker.intake.opened import Reading, open_mail
from worker.intake.proof import Means
from worker.intake.sheets import SheetRules, sheet_from_bytes

READING = Reading(
    words=columns.words(),
    own=frozenset(),
    means=Means(method="dmarc", authserv_id=AUTHSERV_ID),
)
RULES = SheetRules()
SHEET = b"email,name,job title,outcome\n" + b"a@b.example,Ana B,Dev,rejected\n" * 2_500


@pytest.fixture
def jail() -> Iterator[Jail]:
    made = Jail(READING, RULES, Limits())
    yield made
    made.close()


def child(jail: Jail) -> int:
    assert jail._child is not None
    return jail._child.pid


@dataclass(frozen=True)
class Bomb:
    """Stands where a set of words stands; looking into it does to its process what a test says."""

    act: str

    def get(self, _key: str) -> str:
        match self.act:
            case "compute":
                while True:
                    pass
            case "hang":
                time.sleep(3600)
            case "grow":
                return "x" * (1 << 33)
            case "crash":
                os.kill(os.getpid(), signal.SIGSEGV)
            case "leave":
                os._exit(3)
            case "write":
                Path("/tmp/followup-jail-wrote-this").write_text("x")
            case "core":
                raise KeyError("unforeseen")
        raise AssertionError


class Unloadable:
    """Can be sent to the child, and ends it there."""

    def __reduce__(self) -> tuple[type[int], tuple[str]]:
        return int, ("no number",)


def bombed(act: str, **limits: float) -> Jail:
    words = replace(READING.words, aliases=Bomb(act))  # type: ignore[arg-type]
    given = {"seconds": 1, **limits}
    return Jail(replace(READING, words=words), RULES, Limits(**given))  # type: ignore[arg-type]


def test_what_comes_out_is_what_reading_gives(jail: Jail) -> None:
    for raw in (mail(decision()), mail("Hello!\n"), mail(decision(), List_Id="<x>"), b"", b"\0"):
        assert jail.open_mail(raw) == open_mail(raw, READING)


def test_one_child_opens_many_mails_and_is_replaced_after_so_many() -> None:
    jail = Jail(READING, RULES, Limits(mails=3))
    children = []
    for _ in range(7):
        jail.open_mail(mail(decision()))
        children.append(child(jail))
    jail.close()
    assert len(set(children)) == 3
    assert children[0] == children[2] != children[3]


def test_a_spreadsheet_is_read_there_too(jail: Jail) -> None:
    rows = jail.read_sheet(Attachment("d.csv", SHEET))
    assert rows == list(sheet_from_bytes("d.csv", SHEET, READING.words, RULES).rows())
    with pytest.raises(BadSubmission, match="the header lacks"):
        jail.read_sheet(Attachment("d.csv", b"a,b\n"))
    with pytest.raises(BadSubmission, match="no Excel workbook"):
        jail.read_sheet(Attachment("d.xlsx", b"PK"))


@pytest.mark.parametrize(
    ("act", "told"),
    [
        ("compute", "more than 1 s of computing"),
        ("hang", "longer than 2 s"),
        ("grow", "more memory than"),
        ("crash", "ended the process that read it"),
        ("leave", "exit status 3"),
    ],
)
def test_a_mail_that_ends_its_child_is_told_how_and_the_next_one_is_read(
    act: str, told: str
) -> None:
    jail = bombed(act, wall=2.0 if act == "hang" else 100.0)
    with pytest.raises(BadSubmission, match=told):
        jail.open_mail(mail(decision()))
    automatic = jail.open_mail(mail("x", List_Id="<x>"))  # has no keys to look up
    assert automatic.automatic is not None
    jail.close()


def test_no_file_is_written_there() -> None:
    jail = bombed("write")
    opened = jail.open_mail(mail(decision()))
    assert opened.problem is not None
    assert "OSError" in opened.problem
    jail.close()


def test_a_child_that_somebody_ended_costs_no_mail(jail: Jail) -> None:
    for _ in range(3):
        assert jail.open_mail(mail(decision())).decision is not None
        os.kill(child(jail), signal.SIGKILL)


def test_signals_that_stop_the_worker_are_not_for_the_child(jail: Jail) -> None:
    jail.open_mail(mail(decision()))
    first = child(jail)
    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        os.kill(first, each)
    jail.open_mail(mail(decision()))
    assert child(jail) == first


def test_the_child_has_nothing_of_the_environment_of_the_worker(
    jail: Jail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOLLOWUP_SMTP__PASSWORD", "hunter2")
    jail.open_mail(mail(decision()))
    assert b"hunter2" not in Path(f"/proc/{child(jail)}/environ").read_bytes()


def test_a_child_that_can_not_be_started_is_nobodys_fault() -> None:
    jail = Jail(replace(READING, words=Unloadable()), RULES, Limits())  # type: ignore[arg-type]
    with pytest.raises(NoJail, match="can't be started"):
        jail.open_mail(mail(decision()))


LONELY = """
import sys, time
from test_jail import READING, RULES, Jail, Limits, decision, mail
jail = Jail(READING, RULES, Limits())
jail.open_mail(mail(decision()))
print(jail._child.pid, flush=True)
time.sleep(60)
"""


def test_the_child_goes_when_the_worker_is_killed() -> None:
    path = os.pathsep.join(str(each) for each in (ROOT, ROOT / "tests", Path(__file__).parent))
    worker = subprocess.Popen(
        [sys.executable, "-P", "-c", LONELY],
        stdout=subprocess.PIPE, env={"PYTHONPATH": path},
    )  # fmt: skip
    assert worker.stdout is not None
    with worker:
        pid = int(worker.stdout.readline())
        worker.kill()
    deadline = time.monotonic() + 20
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(pid)


def is_running(pid: int) -> bool:
    """A zombie that nobody has reaped has stopped running, too."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
