"""Copies in the Sent folder of a real Dovecot: what counts as one, and what never does."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sample import letter
from servers.dovecot import SECRET, Dovecot
from servers.scripted_imap import CLOSE, Item, ScriptedImap

from worker.errors import SessionError
from worker.intake.mailbox import MailboxAccount, Searched, Wanted, search_sent
from worker.intake.mailbox.sentfolder import MESSAGE_ID, TOKEN, Folders

pytestmark = pytest.mark.servers

MARKED = """
namespace inbox {
  mailbox Ausgang {
    auto = create
    special_use = \\Sent
  }
}
"""
NONE_SUCH = "f" * 20


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        create(server, "Sent")
        yield server


def create(server: Dovecot, *names: str) -> None:
    client = server.client()
    for name in names:
        client.create(name)
    client.logout()


def account_of(server: Dovecot | ScriptedImap) -> MailboxAccount:
    return MailboxAccount(
        host="127.0.0.1", port=server.port, username=Dovecot.user, password=SECRET,
        security="none", read_timeout=10.0,
    )  # fmt: skip


SENT = letter()
WANTED = Wanted(SENT.token, SENT.message_id, SENT.recipient)


def looked(
    server: Dovecot | ScriptedImap, *, chosen: str | None = None, wanted: Wanted = WANTED
) -> Searched:
    return search_sent(account_of(server), chosen, [wanted])


def without(header: str, raw: bytes = SENT.content) -> bytes:
    """The letter as a provider keeps it that strips or rewrites a header."""
    return raw.replace(f"\r\n{header}: ".encode(), f"\r\nX-Was-{header}: ".encode(), 1)


def test_a_copy_is_found_with_the_moment_and_the_headers_it_bears(dovecot: Dovecot) -> None:
    dovecot.append(SENT.content, "Sent")
    found = looked(dovecot)
    copy = found.copies[SENT.token]
    assert (copy.folder, copy.uid) == ("Sent", 1)
    assert copy.bears(WANTED) == [TOKEN, MESSAGE_ID]
    assert copy.at is not None
    assert copy.at.tzinfo is not None
    assert (found.folders, found.headers) == (["Sent"], [TOKEN])


def test_what_is_not_there_is_not_found(dovecot: Dovecot) -> None:
    dovecot.append(letter("c2@candidates.example").content, "Sent")
    found = looked(dovecot)
    assert found.copies == {}
    assert found.headers == [TOKEN, MESSAGE_ID, "X-Microsoft-Original-Message-ID"]


def test_the_folder_that_the_server_marks_is_looked_through() -> None:
    with Dovecot(settings=MARKED) as server:
        create(server, "Sent")
        server.append(SENT.content, "Ausgang")
        assert looked(server).copies[SENT.token].folder == "Ausgang"


def test_without_a_mark_every_folder_that_may_be_it_is_looked_through(dovecot: Dovecot) -> None:
    create(dovecot, '"Sent Items"')
    dovecot.append(SENT.content, '"Sent Items"')
    found = looked(dovecot)
    assert found.folders == ["Sent", "Sent Items"]
    assert found.copies[SENT.token].folder == "Sent Items"


def test_the_setting_names_the_folder_and_no_other_is_looked_through(dovecot: Dovecot) -> None:
    create(dovecot, "Post.Ausgang")
    dovecot.append(SENT.content, "Sent")
    assert looked(dovecot, chosen="Post/Ausgang").copies == {}
    dovecot.append(SENT.content, "Post.Ausgang")
    assert looked(dovecot, chosen="Post/Ausgang").copies[SENT.token].folder == "Post.Ausgang"


@pytest.mark.parametrize(
    ("kept", "bears"),
    [
        (without(MESSAGE_ID), [TOKEN]),
        (without(TOKEN), [MESSAGE_ID]),
        (
            without(TOKEN).replace(b"\r\nMessage-ID", b"\r\nX-Microsoft-Original-Message-ID"),
            ["X-Microsoft-Original-Message-ID"],
        ),
    ],
    ids=["the id is another one", "the token is stripped", "as Exchange does it"],
)
def test_one_of_our_headers_is_enough(dovecot: Dovecot, kept: bytes, bears: list[str]) -> None:
    dovecot.append(kept, "Sent")
    assert looked(dovecot).copies[SENT.token].bears(WANTED) == bears


@pytest.mark.parametrize(
    "lookalike",
    [
        without(MESSAGE_ID, without(TOKEN)),
        SENT.content.replace(SENT.token.encode(), f"{SENT.token}0".encode()),
        without(MESSAGE_ID).replace(b"X-Followup-Id: ", b"X-Followup-Id: re "),
        SENT.content.replace(SENT.recipient.encode(), b"somebody@else.example"),
        SENT.content.replace(f"<{SENT.recipient}>".encode(), b"<a@b.example>, <c@d.example>"),
        SENT.content.replace(
            f"<{SENT.recipient}>".encode(), f"<{SENT.recipient}>, <c@d.example>".encode()
        ),
    ],
    ids=["both rewritten", "longer", "within", "to somebody else", "to two", "and to another"],
)
def test_a_lookalike_is_no_proof(dovecot: Dovecot, lookalike: bytes) -> None:
    assert lookalike != SENT.content
    dovecot.append(lookalike, "Sent")
    assert looked(dovecot).copies == {}


def test_the_copy_is_found_among_its_lookalikes(dovecot: Dovecot) -> None:
    other = SENT.content.replace(SENT.recipient.encode(), b"somebody@else.example")
    for mail in (other, SENT.content, other):
        dovecot.append(mail, "Sent")
    assert looked(dovecot).copies[SENT.token].uid == 2


def test_looking_changes_nothing_that_people_see(dovecot: Dovecot) -> None:
    dovecot.append(SENT.content, "Sent")
    before = dovecot.messages("Sent"), dovecot.folders()
    looked(dovecot)
    assert (dovecot.messages("Sent"), dovecot.folders()) == before
    assert "Recent" in before[0][0][0]


def test_no_folder_that_looks_like_it_is_told_with_its_mend() -> None:
    with Dovecot() as server, pytest.raises(SessionError, match=r"set mailbox\.sent_folder") as why:
        looked(server)
    assert why.value.lasting


def test_a_folder_that_was_renamed_is_told_by_its_name(dovecot: Dovecot) -> None:
    with pytest.raises(SessionError, match="there is no folder Outgoing"):
        looked(dovecot, chosen="Outgoing")


def test_a_server_that_is_away_is_an_error_and_no_miss(dovecot: Dovecot) -> None:
    dovecot.stop()
    with pytest.raises(SessionError, match="no connection"):
        looked(dovecot)


@pytest.mark.parametrize("mark", ["\r\nA1 DELETE Sent", "\0", "x" * 1_001])
def test_an_argument_that_could_end_the_command_is_refused(dovecot: Dovecot, mark: str) -> None:
    for wanted in (
        replace(WANTED, token=f"{SENT.token}{mark}"),
        replace(WANTED, message_id=f"{SENT.message_id}{mark}"),
    ):
        with pytest.raises(SessionError, match="line break"):
            looked(dovecot, wanted=wanted)
    with pytest.raises(SessionError, match="line break"):
        looked(dovecot, chosen=f"Sent{mark}")
    assert "Sent" in dovecot.folders()


def test_what_came_in_since_a_moment_is_listed(dovecot: Dovecot) -> None:
    dovecot.append(SENT.content, "Sent")
    with Folders(account_of(dovecot)) as folders:
        begin = folders.next_uid("Sent")
        assert folders.since("Sent", begin) == []
        dovecot.append(without(TOKEN), "Sent")
        (came,) = folders.since("Sent", begin)
        assert came.bears(WANTED) == [MESSAGE_ID]
        assert folders.finds("Sent", TOKEN, WANTED)
        assert not folders.finds("Sent", TOKEN, replace(WANTED, token=NONE_SUCH))


REFUSED = b"{tag} NO [CANNOT] no such search\r\n"
LISTED: list[Item] = [None, b'* LIST (\\Sent) "/" Out\r\n{tag} OK done\r\n']
SOMEBODYS = b"To: Bob <bob@else.example>\r\nX-Followup-Id: 1\r\n\r\n"


def lying(*answers: Item) -> ScriptedImap:
    """A server with one mail, which is somebody else's, that answers a search so."""
    fetched = b"* 1 FETCH (UID 1 BODY[HEADER.FIELDS (TO)]<0> {%d}\r\n%b)\r\n{tag} OK done\r\n"
    return ScriptedImap(
        {
            "LIST": list(LISTED),
            "UID SEARCH": list(answers),
            "UID FETCH": [fetched % (len(SOMEBODYS), SOMEBODYS)] * 3,
        },
        [SOMEBODYS],
    )


def test_a_search_that_matches_whatever_it_likes_proves_nothing() -> None:
    with lying() as server:
        found = looked(server)
        assert (found.folders, found.copies) == (["Out"], {})
        assert [each for each in server.commands if each.startswith("UID FETCH")]
        assert not [each for each in server.commands if each.startswith(("SELECT", "UID STORE"))]


def test_a_server_that_searches_by_one_header_only_is_searched_by_that() -> None:
    with lying(REFUSED, None, REFUSED) as server:
        assert looked(server).headers == [MESSAGE_ID]


def test_a_server_that_refuses_every_search_was_not_looked_through() -> None:
    with lying(REFUSED, REFUSED, REFUSED) as server:
        with pytest.raises(SessionError, match="refuses to search Out by header") as why:
            looked(server)
        assert why.value.lasting


@pytest.mark.parametrize("answer", [CLOSE, b"* BYE going down\r\n"])
def test_a_connection_that_breaks_in_the_search_is_an_error_and_no_miss(answer: Item) -> None:
    with lying(answer) as server, pytest.raises(SessionError, match="connection was lost"):
        looked(server)
