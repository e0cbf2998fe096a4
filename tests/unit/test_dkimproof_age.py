"""For how long a DKIM signature is believed, and what its times may say."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from decisions import decision, mail
from signing import DOMAIN, dated, dns, record, signed

from worker.intake.dkimproof import Seal, stale
from worker.intake.proof import Means, Proved, Unproved, prove

#: dkimpy looks at the clock by itself, so these signatures are of today.
NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)
RAW = dated(mail(decision(), results=""), NOW)
GOOD = signed(RAW)
MEANS = Means(method="dkim", txt=dns({DOMAIN: record()}).get)


def reason(raw: bytes) -> str:
    verdict = prove(raw, MEANS)
    assert isinstance(verdict, Unproved), "it was proved"
    return verdict.reason


def seal(raw: bytes) -> Seal:
    verdict = prove(raw, MEANS)
    assert isinstance(verdict, Proved), verdict
    assert verdict.seal is not None
    return verdict.seal


def seconds(moment: datetime) -> str:
    return str(int(moment.timestamp()))


def test_a_good_signature_is_believed_for_two_days() -> None:
    made = seal(GOOD)
    assert stale(made, made.signed_at + 47 * HOUR) == ""
    assert "older than 48 hours" in stale(made, made.signed_at + 49 * HOUR)
    assert "in the future" in stale(made, made.signed_at - 2 * HOUR)


def test_a_signature_is_believed_until_it_says_so_itself() -> None:
    made = seal(signed(RAW, x=seconds(NOW + 2 * HOUR)))
    assert stale(made, NOW + HOUR) == ""
    assert "ran out" in stale(made, NOW + 3 * HOUR)


def test_a_signature_that_ran_out_long_ago_is_held_against_the_moment_that_counts() -> None:
    made = seal(signed(RAW, t=seconds(NOW - 60 * HOUR), x=seconds(NOW - 50 * HOUR)))
    assert "ran out" in stale(made, NOW)
    assert "ran out" in stale(made, NOW - 49 * HOUR)
    assert stale(made, NOW - 51 * HOUR) == ""


def test_a_signature_of_tomorrow_is_held_against_the_moment_that_counts() -> None:
    made = seal(signed(RAW, t=seconds(NOW + 24 * HOUR)))
    assert "in the future" in stale(made, NOW)
    assert stale(made, NOW + 24 * HOUR) == ""


def test_a_signature_that_ends_before_it_begins_proves_nothing() -> None:
    odd = signed(RAW, t=seconds(NOW), x=seconds(NOW - timedelta(minutes=1)))
    assert "ends before it begins" in reason(odd)


@pytest.mark.parametrize(
    ("tag", "value"), [("t", "soon"), ("x", "99999999999999999999"), ("t", "-1")]
)
def test_a_time_that_is_none_proves_nothing(tag: str, value: str) -> None:
    assert reason(signed(RAW, **{tag: value}))


def test_without_a_time_of_its_own_a_signature_is_as_old_as_the_mail() -> None:
    written = (NOW - 60 * HOUR).replace(microsecond=0)
    raw = dated(RAW, written)
    made = seal(signed(raw, t=""))
    assert made.signed_at == made.dated == written
    assert "older than 48 hours" in stale(made, NOW)


def test_a_date_a_week_off_is_no_slip_of_a_clock() -> None:
    far = dated(RAW, NOW - 200 * HOUR)
    assert "more than 7 days off" in stale(seal(signed(far)), NOW)


def test_a_date_that_is_none_proves_nothing() -> None:
    bad = re.sub(rb"\r\nDate: .*\r\n", b"\r\nDate: yesterday\r\n", RAW)
    assert "Date of the mail can't be read" in reason(signed(bad))
