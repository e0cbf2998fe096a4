"""Row 16, by token: a refused login, a token that ends midway, an endpoint in trouble.

Each is a whole run with several senders. No entry loses a try, and nobody storms: the endpoint and
the server count what they are asked.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from servers.scripted import CLOSE, GOOD, ScriptedServer
from servers.tokens import Item, TokenServer
from sqlalchemy import func, select

from faults.copies import received
from faults.scene import Scene
from worker.store.schema import entry, journal

LETTERS = 6
WITH_XOAUTH2 = "250-scripted\r\n250 AUTH XOAUTH2"
#: Exchange Online's, with what a careless server would add.
REFUSED = "535 5.7.3 Authentication unsuccessful for {}"

Script = dict[str, list[str | bytes]]


class Stage(NamedTuple):
    """The scene of a test with both of its servers."""

    scene: Scene
    server: ScriptedServer
    endpoint: TokenServer

    @property
    def logins(self) -> int:
        return sum(command.startswith("AUTH") for command in self.server.commands)

    @property
    def asked(self) -> int:
        return len(self.endpoint.asked)

    def mend(self) -> None:
        """What the operator sets anew is another login: nothing of the old one is remembered."""
        self.scene.environ["FOLLOWUP_OAUTH2__SCOPE"] = "mended"

    def rests(self) -> None:
        """Every letter waits with all its tries, and a second run asks nobody."""
        before = (self.logins, self.asked)
        assert set(self.scene.statuses().values()) == {"queued"}
        with self.scene.store() as store, store.read() as connection:
            assert connection.scalar(select(func.max(entry.c.attempts))) == 0
        assert "paused" in self.scene.events()
        self.scene.work()
        assert (self.logins, self.asked) == before
        assert self.scene.holds(received(self.server.kept)).copies == 0

    def sends_all(self) -> None:
        self.scene.work_until_it_rests()
        assert set(self.scene.statuses().values()) == {"sent"}
        assert self.scene.holds(received(self.server.kept)).copies == LETTERS


@contextmanager
def stage(
    home: Path, *, server: Script | None = None, endpoint: list[Item] | None = None
) -> Iterator[Stage]:
    with (
        ScriptedServer(server, ehlo=WITH_XOAUTH2) as smtp,
        TokenServer(endpoint or [], mint="t0k3n-{}".format) as tokens,
    ):
        scene = Scene(
            home,
            smtp.port,
            FOLLOWUP_SMTP__CONNECTIONS="4",
            FOLLOWUP_SMTP__AUTH="oauth2",
            FOLLOWUP_SMTP__USERNAME="talent@acme.example",
            FOLLOWUP_OAUTH2__PROVIDER="custom",
            FOLLOWUP_OAUTH2__TOKEN_URL=tokens.url,
            FOLLOWUP_OAUTH2__CLIENT_ID="app",
            FOLLOWUP_OAUTH2__CLIENT_SECRET="s3cr3t",
        )
        scene.drop_letters(LETTERS)
        yield Stage(scene, smtp, tokens)


def test_row_16_a_token_serves_all_senders(tmp_path: Path) -> None:
    with stage(tmp_path) as found:
        found.sends_all()
        assert found.asked == 1


@pytest.mark.parametrize("stays", ["535 5.7.3 no", "550 5.7.30 Basic authentication", "534 5.7.9"])
def test_row_16_a_login_refused_twice_gets_one_new_token_and_then_rests(
    tmp_path: Path, stays: str
) -> None:
    with stage(tmp_path, server={"auth": [stays] * 99}) as found:
        found.scene.work()
        assert (found.logins, found.asked) == (2, 2)
        found.rests()


def test_row_16_a_token_that_was_withdrawn_is_replaced_and_the_letters_go(tmp_path: Path) -> None:
    with stage(tmp_path, server={"auth": ["535 5.7.3 expired"]}) as found:
        found.sends_all()
        assert found.asked == 2


def test_row_16_a_token_that_ends_midway_costs_no_letter_a_try(tmp_path: Path) -> None:
    script: Script = {
        "auth": [GOOD["auth"], "535 5.7.3 expired"],
        "mail": [GOOD["mail"], GOOD["mail"], CLOSE],
    }
    one_at_a_time = {"FOLLOWUP_SMTP__CONNECTIONS": "1", "FOLLOWUP_SMTP__PAUSE": "0.1s"}
    with stage(tmp_path, server=script) as found:
        found.scene.environ |= one_at_a_time
        found.sends_all()
        assert found.asked == 2
        with found.scene.store() as store, store.read() as connection:
            assert connection.scalar(select(func.max(entry.c.attempts))) == 1


def test_row_16_a_login_that_is_refused_for_now_keeps_its_token(tmp_path: Path) -> None:
    with stage(tmp_path, server={"auth": ["454 4.7.0 try later"] * 99}) as found:
        found.scene.work()
        assert found.asked == found.logins == 1
        found.rests()


@pytest.mark.parametrize(
    "trouble",
    [500, CLOSE, {"error": "invalid_client", "error_description": "AADSTS7000215"}],
    ids=["500", "close", "invalid_client"],
)
def test_row_16_an_endpoint_in_trouble_is_asked_once_and_sending_rests(
    tmp_path: Path, trouble: Item
) -> None:
    with stage(tmp_path, endpoint=[trouble] * 9) as found:
        found.scene.work()
        assert (found.logins, found.asked) == (0, 1)
        found.rests()


def test_row_16_once_the_endpoint_is_well_again_the_letters_go(tmp_path: Path) -> None:
    with stage(tmp_path, endpoint=[500]) as found:
        found.scene.environ["FOLLOWUP_SMTP__PAUSE"] = "0.1s"
        found.scene.work()
        found.mend()
        found.sends_all()


def test_row_16_no_token_and_no_secret_is_told_anywhere(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    refused: Script = {"auth": [REFUSED.format(f"t0k3n-{number}") for number in (1, 2)]}
    with stage(tmp_path, server=refused) as found:
        found.scene.work()
        with found.scene.store() as store, store.read() as connection:
            lines = "".join(str(row) for row in connection.execute(select(journal)))
    written = "".join(capfd.readouterr()) + lines
    assert "Authentication unsuccessful" in written
    assert "t0k3n" not in written
    assert "s3cr3t" not in written
