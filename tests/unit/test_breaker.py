"""When so much is refused that sending must stop."""

from datetime import timedelta

from sample import NOW

from worker.policy.breaker import Outcome, why_open


def taken() -> Outcome:
    return Outcome(at=NOW, domain="good.example")


def refused(domain: str = "bad.example", **more: object) -> Outcome:
    given = {"at": NOW, "domain": domain, "reply": "550 no", **more}
    return Outcome(**given)  # type: ignore[arg-type]


def test_three_in_a_row_are_too_many_and_the_reply_is_told() -> None:
    why = why_open([refused(), refused("b.example"), refused(), taken()], NOW)
    assert why == (
        "3 letters in a row were refused for good: bad.example said 550 no; b.example said 550 no"
    )


def test_two_in_a_row_are_not() -> None:
    assert why_open([refused(), refused()], NOW) is None
    assert why_open([refused(), refused(), taken(), refused()], NOW) is None


def test_a_fifth_of_the_last_twenty_is_borne_and_more_is_not() -> None:
    fifth = [refused(), taken(), taken(), taken(), taken()] * 4
    assert why_open(fifth, NOW) is None
    assert why_open([taken(), *fifth, refused()], NOW) is None  # beyond the window
    assert str(why_open([refused(), *fifth], NOW)).startswith("5 of the last 20 letters")


def test_letters_before_what_is_remembered_went_well() -> None:
    assert why_open([refused(), taken(), refused()], NOW) is None


def test_two_domains_that_refuse_us_within_ten_minutes_are_too_many() -> None:
    ours = refused("one.example", about="us")
    assert why_open([ours, refused("one.example", about="us")], NOW) is None
    assert why_open([ours, refused("two.example")], NOW) is None
    why = why_open([ours, taken(), refused("two.example", about="us")], NOW)
    assert str(why).startswith("2 domains refuse our mail by policy")
    late = NOW + timedelta(minutes=11)
    assert why_open([ours, taken(), refused("two.example", about="us")], late) is None


def test_wrong_addresses_are_borne_up_to_a_half() -> None:
    wrong = refused(about="recipient")
    assert why_open([wrong] * 10, NOW) is None
    assert str(why_open([wrong] * 11, NOW)).startswith("11 of the last 20 letters")


def test_wrong_addresses_between_do_not_hide_three_in_a_row() -> None:
    wrong = refused(about="recipient")
    why = why_open([refused(), wrong, refused(), wrong, refused(), taken()], NOW)
    assert str(why).startswith("3 letters in a row")


def test_nothing_opens_it_while_all_goes_well() -> None:
    assert why_open([], NOW) is None
    assert why_open([taken()] * 20, NOW) is None
