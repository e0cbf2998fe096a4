"""Who is believed to be the sender of a decision mail, and which forgeries are not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from worker.intake.proof import Means, Proved, Unproved, prove

OURS = "mx.acme.example"
DMARC = Means(method="dmarc", authserv_id=OURS)
NONE = Means(method="none")
GOOD = f"Authentication-Results: {OURS}; dmarc=pass header.from=acme.example"
FROM = "From: Hanna Roth <hr@acme.example>"
HOP = f"Received: from mail.acme.example (mail [192.0.2.1]) by {OURS} with ESMTPS id 1; today"
FOREIGN = "Received: from evil.example by relay.evil.example with ESMTP id 2; today"


def mail(*fields: str) -> bytes:
    return "\r\n".join([*fields, "Subject: decision", "", "Decision: offer"]).encode()


def judged(*fields: str) -> Proved | Unproved:
    return prove(mail(*fields), DMARC)


def reason(*fields: str) -> str:
    verdict = judged(*fields)
    assert isinstance(verdict, Unproved), f"was proved: {fields}"
    return verdict.reason


def test_a_dmarc_pass_of_our_own_server_for_the_domain_of_from_is_proof() -> None:
    assert judged(GOOD, FROM) == Proved("hr@acme.example", "dmarc")


@pytest.mark.parametrize(
    "field",
    [
        f"Authentication-Results: {OURS.upper()}; dmarc=PASS header.from=ACME.example",
        f"Authentication-Results: {OURS} 1; dmarc=pass header.from=acme.example",
        (
            f"Authentication-Results: {OURS};\r\n\tdkim=pass header.d=acme.example;\r\n"
            "\tdmarc=pass (p=REJECT sp=REJECT dis=NONE)\r\n  header.from=acme.example"
        ),
        (
            f"AUTHENTICATION-RESULTS : {OURS}; spf=pass smtp.mailfrom=acme.example;"
            " dmarc=pass action=none header.from=acme.example; compauth=pass reason=100"
        ),
        (
            f"Authentication-Results: {OURS}; arc=pass (i=1 spf=pass dmarc=pass fromdomain=x.eu);"
            " dmarc=pass header.from=acme.example"
        ),
        f"{HOP}\r\n{GOOD}",
        f"Received: by 2002:a05:7208:5084:b0:8e:1b2c:3d4e with SMTP id z; today\r\n{GOOD}",
        f"Received: from a by [10.1.2.3] with LMTP id z; today\r\n{GOOD}",
        f"Received: from a by localhost (mail.acme.example [127.0.0.1]) with LMTP; now\r\n{GOOD}",
        f"Received: from a (b (c)) by store7.acme.example. (by evil.example) with LMTP\r\n{GOOD}",
        f"ARC-Seal: i=1; a=rsa-sha256\r\nReturn-Path: <hr@acme.example>\r\n{GOOD}\r\n{FOREIGN}",
        f"Authentication-Results: {OURS}; dkim=pass header.d=acme.example\r\n{GOOD}",
    ],
)
def test_what_honest_servers_write_is_understood(field: str) -> None:
    assert judged(field, FROM) == Proved("hr@acme.example", "dmarc")


FORGED = {
    "no results at all": (),
    "another authserv-id": (
        "Authentication-Results: mx.evil.example; dmarc=pass header.from=acme.example",
    ),
    "an authserv-id that ours is a part of": (
        f"Authentication-Results: {OURS}.evil.example; dmarc=pass header.from=acme.example",
    ),
    "forged alone, below a hop of the sender": (FOREIGN, GOOD),
    "forged alone, below a hop without by": ("Received: from evil.example", GOOD),
    "forged below a hop that names us in a comment": (
        f"Received: from evil.example by relay.evil.example (by {OURS}) with ESMTP",
        GOOD,
    ),
    "forged below a public address": ("Received: from x by [203.0.113.9] with ESMTP", GOOD),
    "forged below a host that only ends like ours": (
        "Received: from x by mx.not-acme.example with ESMTP",
        GOOD,
    ),
    "forged right below a genuine fail": (
        f"Authentication-Results: {OURS}; dmarc=fail header.from=acme.example",
        GOOD,
    ),
    "forged further below a genuine fail": (
        f"Authentication-Results: {OURS}; dmarc=fail header.from=acme.example",
        HOP,
        GOOD,
    ),
    "forged further below a genuine result of another check": (
        f"Authentication-Results: {OURS}; spf=none smtp.mailfrom=evil.example",
        HOP,
        GOOD,
    ),
    "forged right below what another server wrote": (
        "Authentication-Results: other.example; dmarc=fail header.from=acme.example",
        GOOD,
    ),
    "forged below another server that says nothing of dmarc": (
        "Authentication-Results: other.example; none",
        GOOD,
    ),
    "two passes": (GOOD, GOOD),
    "fail": (f"Authentication-Results: {OURS}; dmarc=fail header.from=acme.example",),
    "none": (f"Authentication-Results: {OURS}; none",),
    "best guess": (
        f"Authentication-Results: {OURS}; dmarc=bestguesspass header.from=acme.example",
    ),
    "spf and dkim of the sender's own domain": (
        (
            f"Authentication-Results: {OURS}; spf=pass smtp.mailfrom=evil.example;"
            " dkim=pass header.d=evil.example"
        ),
    ),
    "no header.from": (f"Authentication-Results: {OURS}; dmarc=pass",),
    "header.from of another domain": (
        f"Authentication-Results: {OURS}; dmarc=pass header.from=evil.example",
    ),
    "header.from of a subdomain": (
        f"Authentication-Results: {OURS}; dmarc=pass header.from=x.acme.example",
    ),
    "two header.from": (
        (
            f"Authentication-Results: {OURS}; dmarc=pass header.from=evil.example"
            " header.from=acme.example"
        ),
    ),
    "pass in a comment": (
        f"Authentication-Results: {OURS}; spf=fail (dmarc=pass header.from=acme.example)",
    ),
    "pass in a reason": (
        f'Authentication-Results: {OURS}; spf=fail reason="; dmarc=pass header.from=acme.example"',
    ),
    "pass in a quoted MAIL FROM": (
        (
            f"Authentication-Results: {OURS}; spf=pass"
            ' smtp.mailfrom="x; dmarc=pass header.from=acme.example"@evil.example'
        ),
    ),
    "a comment that MAIL FROM closes, the true result behind": (
        (
            f"Authentication-Results: {OURS}; spf=pass (domain of x) smtp.mailfrom=a;"
            " dmarc=pass header.from=acme.example; x=y (@evil.example)"
            " smtp.mailfrom=evil.example; dmarc=fail header.from=acme.example"
        ),
    ),
    "a comment that hides the true result": (
        (
            f"Authentication-Results: {OURS}; dmarc=pass header.from=acme.example; x=y"
            " (@evil.example; dmarc=fail header.from=acme.example)"
        ),
    ),
    "a quote that hides the true result": (
        (
            f"Authentication-Results: {OURS}; dmarc=pass header.from=acme.example; spf=pass"
            ' smtp.mailfrom="@evil.example; dmarc = fail header.from=acme.example'
        ),
    ),
    "an open comment": (
        f"Authentication-Results: {OURS}; dmarc=pass header.from=acme.example (and",
    ),
    "eight-bit junk": (
        f"Authentication-Results: {OURS}; dmarc=pass \udcff header.from=acme.example",
    ),
    "an unknown version": (
        f"Authentication-Results: {OURS} 2; dmarc=pass header.from=acme.example",
    ),
    "a field too long to be honest": (GOOD + " x" * 6_000,),
    "only the copy of an ARC sealer": (
        f"ARC-Authentication-Results: i=1; {OURS}; dmarc=pass header.from=acme.example",
    ),
    "a look-alike field": (f"X-{GOOD}",),
}


@pytest.mark.parametrize("fields", FORGED.values(), ids=FORGED.keys())
def test_a_forged_or_weak_result_proves_nothing(fields: tuple[str, ...]) -> None:
    raw = "\r\n".join([*fields, FROM, "", "x"]).encode(errors="surrogateescape")
    verdict = prove(raw, DMARC)
    assert isinstance(verdict, Unproved)
    assert verdict.reason


def test_the_domain_is_compared_and_told_in_lower_case() -> None:
    assert judged(GOOD, "From: HR <Hr@ACME.Example>") == Proved("Hr@acme.example", "dmarc")


def test_the_reason_is_plain_words() -> None:
    assert "no Authentication-Results of mx.acme.example" in reason(FROM)
    fail = f"Authentication-Results: {OURS}; dmarc=fail header.from=acme.example"
    assert reason(fail, FROM) == "dmarc is 'fail' for acme.example"
    assert "2 From headers" in reason(GOOD, FROM, FROM)


def test_strangers_under_one_country_are_not_our_neighbours() -> None:
    pinned = "acme.co.uk"
    raw = mail(
        "Received: from x by evil.co.uk with ESMTP",
        f"Authentication-Results: {pinned}; dmarc=pass header.from=acme.example",
        FROM,
    )
    assert isinstance(prove(raw, Means(method="dmarc", authserv_id=pinned)), Unproved)


def test_a_header_larger_than_honest_ones_proves_nobody() -> None:
    assert "larger than" in reason(GOOD, FROM, "X: " + "x" * 70_000)


def test_method_none_takes_the_single_from_as_it_is() -> None:
    assert prove(mail(FROM), NONE) == Proved("hr@acme.example", "none")
    with_all = replace(
        NONE, authserv_id=OURS, domains=frozenset({"acme.example"}), txt=lambda _: None
    )
    assert prove(mail(FROM), with_all) == Proved("hr@acme.example", "none")


@pytest.mark.parametrize("method", ["dmarc", "dkim", "internal", "spf"])
def test_a_method_that_is_not_known_or_has_not_what_it_needs_is_an_error(method: str) -> None:
    with pytest.raises(ValueError, match="no proof by"):
        Means(method=method)
