"""Which folder is Sent: the server's mark first, then the names that mail programs use."""

import pytest

from worker.intake.mailbox.sentnames import Listed, sent_folders


def listed(*names: str, **marked: str) -> list[Listed]:
    plain = [Listed(frozenset({b"\\hasnochildren"}), name) for name in names]
    return plain + [Listed(frozenset({b"\\sent"}), name) for name in marked.values()]


def test_the_mark_of_the_server_wins_over_every_name() -> None:
    assert sent_folders(listed("INBOX", "Sent", sent="Ausgang"), "/", "") == ["Ausgang"]


@pytest.mark.parametrize(
    ("name", "separator", "prefix"),
    [
        ("Sent", "/", ""),
        ("SENT ITEMS", "/", ""),
        ("INBOX.Sent", ".", "INBOX."),
        ("INBOX/Sent Messages", "/", ""),
        ("[Gmail]/Sent Mail", "/", ""),
        ("[Gmail].Sent Mail", ".", ""),
        ("Gesendete Elemente", "/", ""),
        ("Gesendete Objekte", "/", ""),
        ("Envoye\u0301s", "/", ""),  # decomposed, as macOS writes it
        ("Éléments envoyés", "/", ""),
        ("Elementos enviados", "/", ""),
    ],
)
def test_without_a_mark_it_is_known_by_its_name(name: str, separator: str, prefix: str) -> None:
    assert sent_folders(listed("INBOX", "Drafts", name, "Trash"), separator, prefix) == [name]


def test_all_that_may_be_it_are_named_the_likeliest_first() -> None:
    assert sent_folders(listed("Gesendet", "Sent Items", "Sent"), "/", "") == [
        "Sent", "Sent Items", "Gesendet",
    ]  # fmt: skip


def test_ones_own_folder_comes_before_a_shared_one() -> None:
    both = listed(a="Shared/Anna/Sent", b="INBOX/Sent")
    assert sent_folders(both, "/", "INBOX/") == ["INBOX/Sent", "Shared/Anna/Sent"]


def test_what_only_holds_other_folders_is_no_folder() -> None:
    assert sent_folders([Listed(frozenset({b"\\noselect"}), "Sent")], "/", "") == []
    assert sent_folders([Listed(frozenset({b"\\sent", b"\\nonexistent"}), "Sent")], "/", "") == []


def test_a_name_that_merely_contains_it_is_none() -> None:
    assert sent_folders(listed("Sent to lawyer", "Presented", "Archive/Sent"), "/", "") == []
