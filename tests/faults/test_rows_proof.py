"""Rows 4 and 5: the answer to the dot is lost, and whether the Sent folder can tell.

The mail server is scripted and files its copies into a real Dovecot. Nobody waits for minutes
here: a letter is made older instead.
"""

import re
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from servers.dovecot import Dovecot
from servers.filing import FilingServer
from servers.scripted import CLOSE
from sqlalchemy import select, update
from workplace import with_mailbox

from faults import crashing
from faults.copies import received
from faults.scene import Scene
from worker.store.schema import entry

pytestmark = pytest.mark.servers

MINUTE = timedelta(minutes=1)


@pytest.fixture
def imap() -> Iterator[Dovecot]:
    with Dovecot() as server:
        client = server.client()
        client.create("Sent")
        client.logout()
        yield server


def scene_at(home: Path, smtp: FilingServer, imap: Dovecot, **more: str) -> Scene:
    scene = Scene(home, smtp.port, **more)
    scene.environ = with_mailbox(scene.environ, imap)
    return scene


def grow_older(scene: Scene, by: timedelta) -> None:
    """As if all that happened to the letters had been so much earlier."""
    times = ("dot_at", "looked_at", "told_at")
    with scene.store() as store, store.write() as connection:
        for row in connection.execute(select(entry)).mappings().all():
            older = {name: row[name] - by for name in times if row[name] is not None}
            if older:
                connection.execute(update(entry).where(entry.c.id == row["id"]).values(older))


def notices(smtp: FilingServer) -> list[str]:
    """What HR was told."""
    texts = [raw.decode().replace("=\r\n", "") for to, raw in smtp.taken if to == "hr@acme.example"]
    return [each for each in texts if "followup resolve" in each]


def to_candidates(smtp: FilingServer) -> list[tuple[str, bytes]]:
    return [each for each in smtp.taken if each[0] != "hr@acme.example"]


def one_unsure(scene: Scene) -> None:
    scene.drop_letters(1)
    scene.work()
    assert list(scene.statuses().values()) == ["unsure"]


def test_row_04_an_answer_that_never_came_is_proved_by_the_copy_in_sent(
    tmp_path: Path, imap: Dovecot
) -> None:
    with FilingServer(imap, {"dot": [CLOSE]}) as smtp:
        scene = scene_at(tmp_path, smtp, imap)
        one_unsure(scene)
        scene.work()
        assert list(scene.statuses().values()) == ["unsure"], "its minute has not come"
        grow_older(scene, MINUTE)
        scene.work()
    assert list(scene.statuses().values()) == ["sent"]
    assert "proved_sent" in scene.events()
    figures = scene.holds(received(to_candidates(smtp)))
    assert (figures.copies, figures.unsure) == (1, 0)
    assert notices(smtp) == []


def window(home: Path, imap: Dovecot) -> range:
    """The points from the dot on the wire to before the commit of its answer."""
    with FilingServer(imap) as smtp:
        scene = scene_at(home, smtp, imap)
        scene.drop_letters(1)
        _, trail = crashing.run(home, scene.environ)
    writes = [number for number, name in enumerate(trail, 1) if name == "write:after"]
    dot = writes[4]  # MAIL, RCPT, DATA, body, dot
    return range(dot, trail.index("commit:before", dot) + 2)


def test_row_04_a_kill_from_the_dot_to_the_commit_of_its_answer_is_proved_by_the_copy(
    tmp_path: Path, imap: Dovecot
) -> None:
    unsure = []
    for point in window(tmp_path, imap):
        home = tmp_path / str(point)
        home.mkdir()
        with FilingServer(imap) as smtp:
            scene = scene_at(home, smtp, imap)
            scene.drop_letters(1)
            code, _ = crashing.run(home, scene.environ, kill_at=point)
            assert code == -signal.SIGKILL
            scene.work()
            unsure += [point] * ("unsure" in scene.statuses().values())
            grow_older(scene, MINUTE)
            scene.work()
        assert list(scene.statuses().values()) == ["sent"]
        assert scene.holds(received(to_candidates(smtp))).copies == 1
    assert unsure, "an answer that nobody kept leaves it unsure"


def test_row_04_thirty_at_once_are_all_found_by_one_search(tmp_path: Path, imap: Dovecot) -> None:
    with FilingServer(imap, {"dot": [CLOSE] * 30}) as smtp:
        scene = scene_at(tmp_path, smtp, imap)
        scene.drop_letters(30)
        scene.work()
        assert set(scene.statuses().values()) == {"unsure"}
        grow_older(scene, MINUTE)
        scene.work()
    assert set(scene.statuses().values()) == {"sent"}
    assert scene.holds(received(to_candidates(smtp))).copies == 30


def _token_rewritten(raw: bytes) -> bytes:
    """A relay that gives a message an id of its own and drops what it does not know."""
    raw = re.sub(rb"(?m)^X-Followup-Id: .*\r\n", b"", raw)
    return re.sub(rb"(?m)^Message-ID: .*", rb"Message-ID: <1@relay.example>\r", raw)


def test_row_05_the_token_is_rewritten_and_hr_is_asked(tmp_path: Path, imap: Dovecot) -> None:
    with FilingServer(imap, {"dot": [CLOSE]}, rewrites=_token_rewritten) as smtp:
        scene = scene_at(tmp_path, smtp, imap)
        one_unsure(scene)
        stays_unsure_and_hr_is_told_once(scene, smtp, "No copy was found in Sent")


def _rename(imap: Dovecot) -> None:
    client = imap.client()
    client.rename("Sent", "Elsewhere")
    client.logout()


@pytest.mark.parametrize("setting", [{}, {"FOLLOWUP_MAILBOX__SENT_FOLDER": "Sent"}])
def test_row_05_the_folder_is_renamed_and_hr_is_asked(
    tmp_path: Path, imap: Dovecot, setting: dict[str, str]
) -> None:
    with FilingServer(imap, {"dot": [CLOSE]}) as smtp:
        scene = scene_at(tmp_path, smtp, imap, **setting)
        one_unsure(scene)
        _rename(imap)
        stays_unsure_and_hr_is_told_once(scene, smtp, "could not be searched")


def test_row_05_the_mailbox_is_down_for_an_hour_and_the_copy_is_found_afterwards(
    tmp_path: Path, imap: Dovecot
) -> None:
    with FilingServer(imap, {"dot": [CLOSE]}) as smtp:
        scene = scene_at(tmp_path, smtp, imap)
        one_unsure(scene)
        smtp.files = False
        imap.stop()
        stays_unsure_and_hr_is_told_once(scene, smtp, "could not be searched")
        imap.start()
        scene.work()
    assert list(scene.statuses().values()) == ["sent"]
    assert scene.holds(received(to_candidates(smtp))).copies == 1


def stays_unsure_and_hr_is_told_once(scene: Scene, smtp: FilingServer, words: str) -> None:
    """For three hours, with a look at each of its times and some in between."""
    for minutes in (1, 4, 10, 45, 60, 60):
        grow_older(scene, minutes * MINUTE)
        scene.work()
    assert list(scene.statuses().values()) == ["unsure"]
    (told,) = notices(smtp)
    assert words in told
    assert "--sent" in told
    assert "--not-sent" in told
    assert scene.holds(received(to_candidates(smtp))).copies == 1
