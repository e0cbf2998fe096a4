"""The built-in catcher over real sockets: by smtplib, and by hand where that is too polite."""

import email.policy
import shutil
import smtplib
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from worker.delivery.catcher import LARGEST, Catcher


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "letters"


@pytest.fixture
def catcher(folder: Path) -> Iterator[Catcher]:
    with Catcher(folder) as running:
        yield running


@pytest.fixture
def client(catcher: Catcher) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP("127.0.0.1", catcher.port, timeout=30) as session:
        yield session


def letter() -> bytes:
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["Subject"] = "Your application"
    mail["To"] = "ana@candidates.example"
    mail.set_content("Dear Ana,\n.\nGood luck, Pérez!\n")
    mail.add_alternative("<p>Good luck, Pérez!</p>\n", subtype="html")
    return mail.as_bytes()


LETTER = letter()


def send(client: smtplib.SMTP, content: bytes, *recipients: str) -> None:
    to = recipients or ("ana@candidates.example",)
    client.sendmail("talent@acme.example", to, content, mail_options=["BODY=8BITMIME"])


def speak(port: int, *said: bytes) -> bytes:
    """Say it all at once, close the sending half, and hear all the answers."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(b"".join(said))
        line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65_536), b""))


def codes(answers: bytes) -> list[str]:
    return [each[:3] for each in answers.decode().splitlines() if each[3:4] == " "]


OPENING = (
    b"EHLO hr\r\nMAIL FROM:<talent@acme.example>\r\nRCPT TO:<ana@candidates.example>\r\nDATA\r\n"
)


def test_a_letter_lies_in_the_folder_as_it_was_sent(client: smtplib.SMTP, folder: Path) -> None:
    send(client, LETTER)
    assert (folder / "0001-ana.eml").read_bytes() == LETTER


def test_its_text_and_html_lie_beside_it_to_open(client: smtplib.SMTP, folder: Path) -> None:
    send(client, LETTER)
    assert (folder / "0001-ana.txt").read_text("utf-8") == "Dear Ana,\n.\nGood luck, Pérez!\n"
    assert "<p>Good luck, Pérez!</p>" in (folder / "0001-ana.html").read_text("utf-8")


def test_nothing_half_written_stays_behind(client: smtplib.SMTP, folder: Path) -> None:
    send(client, LETTER)
    assert sorted(each.suffix for each in folder.iterdir()) == [".eml", ".html", ".txt"]


def test_numbers_go_on_where_an_earlier_catcher_stopped(folder: Path) -> None:
    for _ in range(2):
        with Catcher(folder) as running, smtplib.SMTP("127.0.0.1", running.port) as client:
            send(client, LETTER)
    assert sorted(each.stem for each in folder.glob("*.eml")) == ["0001-ana", "0002-ana"]


def test_a_recipient_with_slashes_stays_inside_the_folder(
    client: smtplib.SMTP, folder: Path
) -> None:
    send(client, LETTER, "../../etc/ana@candidates.example")
    assert [each.name for each in folder.glob("*.eml")] == ["0001-.._.._etc_ana.eml"]


def test_commands_sent_in_one_go_are_all_answered(catcher: Catcher, folder: Path) -> None:
    answers = speak(catcher.port, OPENING, b"Subject: one\r\n\r\nHello\r\n.\r\n", b"QUIT\r\n")
    assert codes(answers) == ["220", "250", "250", "250", "354", "250", "221"]
    assert (folder / "0001-ana.eml").read_bytes() == b"Subject: one\r\n\r\nHello\r\n"


def test_a_letter_cut_off_before_the_final_dot_leaves_nothing(
    catcher: Catcher, folder: Path
) -> None:
    assert codes(speak(catcher.port, OPENING, b"Subject: one\r\n\r\nHel"))[-1] == "354"
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("dot", [b"\n.\n", b"\r\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\r"])
def test_only_a_dot_between_whole_line_ends_ends_a_letter(
    catcher: Catcher, folder: Path, dot: bytes
) -> None:
    smuggled = b"Hello" + dot + b"MAIL FROM:<boss@acme.example>\r\nRCPT TO:<bob@x.example>\r\n"
    speak(catcher.port, OPENING, smuggled, b".\r\nQUIT\r\n")
    assert [each.name for each in folder.glob("*.eml")] == ["0001-ana.eml"]
    assert b"boss@acme.example" in (folder / "0001-ana.eml").read_bytes()


def test_a_doubled_dot_is_undone_even_where_the_line_is_longer_than_a_read(
    catcher: Catcher, folder: Path
) -> None:
    long_line = b"x" * 65_535 + b"\r\n"
    speak(catcher.port, OPENING, long_line, b"..hidden\r\n.\r\nQUIT\r\n")
    assert (folder / "0001-ana.eml").read_bytes() == long_line + b".hidden\r\n"


def test_a_letter_that_cannot_be_written_is_refused_for_now(
    client: smtplib.SMTP, folder: Path
) -> None:
    shutil.rmtree(folder)
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(client, LETTER)
    assert refused.value.smtp_code == 452


def test_a_letter_declared_too_large_is_refused_before_it_is_sent(client: smtplib.SMTP) -> None:
    client.ehlo()
    code, _ = client.mail("talent@acme.example", [f"SIZE={LARGEST + 1}"])
    assert code == 552


def test_a_letter_found_too_large_is_refused_and_the_next_one_taken(
    catcher: Catcher, folder: Path
) -> None:
    line = b"x" * 998 + b"\r\n"
    answers = speak(
        catcher.port,
        OPENING,
        line * (LARGEST // len(line) + 2),
        b".\r\n",
        OPENING,
        b"small\r\n.\r\nQUIT\r\n",
    )
    assert codes(answers)[4:6] == ["354", "552"]
    assert [each.read_bytes() for each in folder.glob("*.eml")] == [b"small\r\n"]


def test_a_charset_nobody_knows_does_not_cost_the_letter(
    client: smtplib.SMTP, folder: Path
) -> None:
    send(client, b"Content-Type: text/plain; charset=klingon\r\n\r\nnuqneH\r\n")
    assert (folder / "0001-ana.txt").read_bytes() == b"nuqneH\r\n"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (b"DATA\r\n", "503"),
        (b"RCPT TO:<ana@candidates.example>\r\n", "503"),
        (b"MAIL FROM:<a@b.example>\r\nMAIL FROM:<a@b.example>\r\n", "503"),
        (b"MAIL FROM:<a@b.example>\r\nRSET\r\nMAIL FROM:<a@b.example>\r\n", "250"),
        (b"STARTTLS\r\n", "502"),
        (b"HELO hr\r\n", "250"),
        (b"VRFY ana\r\n", "252"),
        (b"NOOP\r\n", "250"),
        (b"x" * 5_000, "421"),
    ],
)
def test_each_command_is_answered_as_the_rfc_says(
    catcher: Catcher, said: bytes, expected: str
) -> None:
    assert codes(speak(catcher.port, said))[-1] == expected
