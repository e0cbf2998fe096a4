"""Whose DKIM signature is believed, and over what."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from decisions import decision, mail
from signing import COVERED, DOMAIN, WEAK, dated, dns, record, signed

from worker.intake.dkimproof import MOST_SIGNATURES, Seal
from worker.intake.proof import Means, Proved, Unproved, prove

#: dkimpy looks at the clock by itself, so these signatures are of today.
NOW = datetime.now(UTC)
RAW = dated(mail(decision(), results=""), NOW)
GOOD = signed(RAW)
KEYS = dns({DOMAIN: record(), "evil.example": record(), "mail.acme.example": record()})


def judged(raw: bytes, txt: Callable[[str], str | None] = KEYS.get) -> Proved | Unproved:
    return prove(raw, Means(method="dkim", txt=txt))


def reason(raw: bytes, txt: Callable[[str], str | None] = KEYS.get) -> str:
    verdict = judged(raw, txt)
    assert isinstance(verdict, Unproved), "it was proved"
    return verdict.reason


def seal(raw: bytes) -> Seal:
    verdict = judged(raw)
    assert isinstance(verdict, Proved), verdict
    assert verdict.seal is not None
    return verdict.seal


def without(*names: str) -> tuple[str, ...]:
    return tuple(each for each in COVERED if each not in names)


def test_a_signature_of_the_senders_domain_is_proof() -> None:
    verdict = judged(GOOD)
    assert isinstance(verdict, Proved)
    assert (verdict.address, verdict.how, verdict.weak) == ("dana@acme.example", "dkim", False)


def test_the_domain_above_may_sign_for_the_one_below() -> None:
    below = mail(decision(), results="", sender="dana@mail.acme.example")
    assert isinstance(judged(signed(below)), Proved)


def test_one_good_signature_among_others_is_enough() -> None:
    assert isinstance(judged(signed(signed(GOOD, domain="evil.example"), d="x.example")), Proved)


def test_what_servers_write_above_and_how_they_fold_changes_nothing() -> None:
    on_its_way = b"Received: from a by b; today\r\nX-Spam: no\r\n" + GOOD
    folded = on_its_way.replace(b"Subject: Decision", b"Subject:\r\n  Decision")
    assert isinstance(judged(folded), Proved)


@pytest.mark.parametrize("missing", ["content-type", "content-transfer-encoding"])
def test_plain_text_as_it_stands_may_say_so_unsigned(missing: str) -> None:
    assert isinstance(judged(signed(RAW, covered=without(missing))), Proved)


ALTERED = {
    "the body": (b"Decision: reject", b"Decision: offer ", "the body was changed"),
    "the body, at its end": (b"issue too.", b"issue too.\r\nMore.", "the body was changed"),
    "the subject": (b"Subject: Decision", b"Subject: Decided!", "does not hold"),
    "the recipient": (b"To: hr@acme", b"To: it@acme", "does not hold"),
    "From": (b"dana@acme.example>", b"ceo@acme.example>", "does not hold"),
    "the Message-ID": (b"Message-ID: <", b"Message-ID: <x", "does not hold"),
    "the Date": (b"\r\nDate: ", b"\r\nDate:  x", "does not hold"),
    "the charset": (b'charset="utf-8"', b'charset="utf-7"', "does not hold"),
    "the encoding": (b"Encoding: 8bit", b"Encoding: base64", "does not hold"),
    "From twice": (b"From: ", b"From: dana@acme.example\r\nFrom: ", "2 From headers"),
    "another Subject on top": (b"From: ", b"Subject: x\r\nFrom: ", "2 subject headers"),
    "another Date on top": (b"From: ", b"Date: x\r\nFrom: ", "2 date headers"),
    "another type on top": (
        b"From: ", b"Content-Type: text/html\r\nFrom: ", "more than one content-type"
    ),
    "an answer to another mail": (b"From: ", b"In-Reply-To: <x@y>\r\nFrom: ", "does not hold"),
    "no Message-ID": (b"Message-ID: ", b"X-Message-ID: ", "no message-id headers"),
    "the signature": (b" bh=", b" bh=A", "base64"),
    "the signature's domain": (b"d=acme.example", b"d=evil.example", "is of 'evil.example'"),
    "a tag twice": (b"d=acme.example;", b"d=acme.example; d=acme.example;", "by its grammar"),
    "another selector": (b"s=s1;", b"s=s2;", "no DKIM key at s2._domainkey.acme.example"),
    "a selector that is none": (b"s=s1;", b"s=s1/../x;", "names no key"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "told"), ALTERED.values(), ids=ALTERED.keys())
def test_whatever_was_altered_on_the_way_proves_nothing(old: bytes, new: bytes, told: str) -> None:
    assert old in GOOD
    assert told in reason(GOOD.replace(old, new, 1))


@pytest.mark.parametrize("name", ["subject", "date", "message-id"])
def test_what_a_decision_rests_on_must_be_signed(name: str) -> None:
    assert f"does not cover {name}" in reason(signed(RAW, covered=without(name)))


def test_from_must_be_signed() -> None:
    told = reason(signed(RAW, covered=without("from")))
    assert "does not cover from" in told


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Content-Type", "multipart/mixed; boundary=x"),
        ("Content-Type", 'text/plain; charset="utf-7"'),
        ("Content-Type", "text/html"),
        ("Content-Transfer-Encoding", "base64"),
        ("In-Reply-To", "<x@acme.example>"),
        ("References", "<x@acme.example>"),
    ],
)
def test_a_signature_that_leaves_the_reading_open_is_weak(name: str, value: str) -> None:
    plain = b"".join(
        line for line in RAW.splitlines(keepends=True) if not line.startswith(b"Content-")
    )
    verdict = judged(f"{name}: {value}\r\n".encode() + signed(plain, covered=without(name.lower())))
    assert isinstance(verdict, Proved)
    assert verdict.weak


def test_a_signature_that_leaves_open_for_whom_it_was_is_weak() -> None:
    verdict = judged(signed(RAW, covered=without("to")))
    assert isinstance(verdict, Proved)
    assert verdict.weak


def test_with_a_length_anybody_could_append_so_it_is_refused() -> None:
    open_end = signed(RAW, l=str(len(RAW.partition(b"\r\n\r\n")[2])))
    for raw in (open_end, open_end + b"Decision: offer\r\n"):
        assert "leaves the end of the body open (l=)" in reason(raw)


@pytest.mark.parametrize(
    "domain",
    ["evil.example", "mail.acme.example", "notacme.example", "example", "acme.example.evil"],
)
def test_another_domain_may_not_sign_for_ours(domain: str) -> None:
    keys = dns({domain: record()})
    told = reason(signed(RAW, domain=domain), keys.get)
    assert "but the From header says acme.example" in told or "names no key" in told


def test_sha1_and_ed25519_do_not_count() -> None:
    assert "only rsa-sha256 counts" in reason(signed(RAW, a="rsa-sha1"))
    assert "only rsa-sha256 counts" in reason(GOOD.replace(b"a=rsa-sha256", b"a=ed25519-sha256"))


def test_a_key_of_512_bits_does_not_count() -> None:
    assert "too small: 512" in reason(signed(RAW, key=WEAK), dns({DOMAIN: record(WEAK)}).get)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "there is no DKIM key"),
        ("", "there is no DKIM key"),
        ("v=DKIM1; k=rsa; p=", "is empty"),
        ("v=DKIM1; k=rsa", "is empty"),
        (record(more="t=y; "), "only for testing"),
        (record(more="t=s:y; "), "only for testing"),
        (record(WEAK), "does not hold"),
        ("v=DKIM1; p=AAAA", "does not hold"),
        ("v=DKIM1; p=???", "does not hold"),
        ("v=spf1 -all", "is empty"),
        ("no record", "by its grammar"),
        (f"{record()}{' ' * 5_000}", "longer than any honest one"),
    ],
)
def test_the_key_must_be_there_and_whole(text: str | None, told: str) -> None:
    assert told in reason(GOOD, lambda _: text)


def test_a_key_that_can_not_be_looked_up_is_told_apart_from_one_that_is_not_there() -> None:
    def away(name: str) -> str | None:
        raise OSError(f"no answer about {name}")

    told = judged(GOOD, away)
    assert isinstance(told, Unproved)
    assert told.for_now
    assert "could not be looked up (no answer about s1._domainkey.acme.example)" in told.reason
    gone = judged(GOOD, lambda _: None)
    assert isinstance(gone, Unproved)
    assert not gone.for_now


def test_a_mail_without_a_signature_is_told_so() -> None:
    assert reason(RAW) == "the mail has no DKIM signature"


def test_no_more_than_a_few_signatures_are_looked_at() -> None:
    asked = list[str]()

    def counting(name: str) -> str | None:
        asked.append(name)
        return None

    many = b"".join(signed(RAW).partition(b"Received:")[0] for _ in range(20)) + RAW
    assert "no DKIM key" in reason(many, counting)
    assert len(asked) == MOST_SIGNATURES


@pytest.mark.parametrize("junk", [b"DKIM-Signature:\r\n", b"DKIM-Signature: ;;;=\r\n",
                                  b"DKIM-Signature: v=1; a=rsa-sha256; d=acme.example; s=s1\r\n",
                                  b"DKIM-Signature: d=acme.example; b=\xff\r\n",
                                  b"DKIM-Signature: " + b"x" * 9_000 + b"\r\n"])  # fmt: skip
def test_a_signature_that_is_none_is_told_and_breaks_nothing(junk: bytes) -> None:
    assert reason(junk + RAW)
    assert isinstance(judged(junk + GOOD), Proved)


def test_a_copy_bears_the_marks_of_its_original() -> None:
    spaced = GOOD.replace(b"Decision: reject\r\n", b"Decision:  reject \r\n")
    assert seal(spaced).marks == seal(GOOD).marks
    assert not set(seal(signed(mail(decision(), results=""))).marks) & set(seal(GOOD).marks)
