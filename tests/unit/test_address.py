"""One bare address, ASCII, to a domain that is what it looks like; everything else is told why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.address import read_address
from worker.homograph import lookalikes


@pytest.mark.parametrize(
    "several",
    [
        "a@b.example, c@d.example",
        "a@b.example,c@d.example",
        "a@b.example;c@d.example",
        "a@b.example c@d.example",
        "a@b.example\nc@d.example",
        "a@b.example>\r\nRCPT TO:<c@d.example",
        "a@b.example\r\nRCPT TO:<c@d.example>",
        "<a@b.example>",
        "Ana <a@b.example>",
        "v@w.example <x@y.example>",
        "friends: a@b.example;",
        "friends: a@b.example, c@d.example;",
        "@relay.example:a@b.example",
        "@one.example,@two.example:a@b.example",
        "a@b.example@c.example",
        '"a@b.example"@c.example',
        '"a b"@c.example',
        "a@[192.0.2.1]",
        "a(comment)@b.example",
        "a@b.example\x00",
        "a@b\u2028.example",
        "a@b.example\u202e",
        "a\u200b@b.example",
        "mailto:a@b.example",
    ],
)
def test_anything_but_one_bare_address_is_refused(several: str) -> None:
    with pytest.raises(ValueError, match="write "):
        read_address(several)


@pytest.mark.parametrize(
    "route", ["a%b@c.example", "relay!a@c.example", "-oQ/tmp@c.example", "|/bin/sh@c.example"]
)
def test_an_address_that_routes_through_another_server_is_refused(route: str) -> None:
    with pytest.raises(ValueError, match="passed on by another server; write name@domain"):
        read_address(route)


@pytest.mark.parametrize("local", ["ａ", "jösé", "аna", "a\u0301", "用户"])
def test_a_local_part_beyond_ascii_is_refused(local: str) -> None:
    with pytest.raises(ValueError, match=r"beyond a-z|write name@domain"):
        read_address(f"{local}@b.example")


@pytest.mark.parametrize(
    ("written", "wire"),
    [
        ("Ana.Perez+jobs@Candidates.EXAMPLE", "Ana.Perez+jobs@candidates.example"),
        ("a@münchen.de", "a@xn--mnchen-3ya.de"),
        ("a@MÜNCHEN.de", "a@xn--mnchen-3ya.de"),
        ("a@mu\u0308nchen.de", "a@xn--mnchen-3ya.de"),
        ("a@xn--mnchen-3ya.de", "a@xn--mnchen-3ya.de"),
        ("a@XN--MNCHEN-3YA.de", "a@xn--mnchen-3ya.de"),
        ("a@faß.de", "a@xn--fa-hia.de"),
        ("a@почта.рф", "a@xn--80a1acny.xn--p1ai"),
        ("a@例え.jp", "a@xn--r8jz45g.jp"),
        ("a@例え.テスト.jp", "a@xn--r8jz45g.xn--zckzah.jp"),
        ("a@b。example", "a@b.example"),  # as a Japanese keyboard writes the dot (RFC 3490 3.1)
        ("  a@b.example\r\n", "a@b.example"),
    ],
)
def test_a_domain_is_written_for_the_wire_however_it_was_given(written: str, wire: str) -> None:
    assert read_address(written) == wire


HOMOGRAPHS = {
    "only Cyrillic letters that look Latin": ("a@аррӏе.com", "xn--80ak6aa92e.com"),
    "the same as an A-label": ("a@xn--80ak6aa92e.com", "xn--80ak6aa92e.com"),
    "Latin with one Cyrillic letter": ("a@pаypal.com", "xn--pypal-4ve.com"),
    "the same as an A-label, in capitals": ("a@XN--PYPAL-4VE.com", "xn--pypal-4ve.com"),
    "Latin with one Greek letter": ("a@gοogle.net", "xn--gogle-rce.net"),
    "only Greek letters that look Latin": ("a@ικα.com", "xn--mxapd.com"),
    "only Armenian letters that look Latin": ("a@օս.com", "xn--rbbp.com"),
    "further up in the name": ("a@mail.аррӏе.com", "mail.xn--80ak6aa92e.com"),
}


@pytest.mark.parametrize(("written", "shown"), HOMOGRAPHS.values(), ids=HOMOGRAPHS.keys())
def test_a_domain_that_looks_like_another_is_refused_and_shown_as_it_is(
    written: str, shown: str
) -> None:
    with pytest.raises(ValueError, match="ask for the right address") as caught:
        read_address(written)
    assert shown in str(caught.value)


@pytest.mark.parametrize("written", ["a@ｂ.example", "a@b．example", "a@ﬁn.example"])
def test_letters_that_would_quietly_become_others_are_refused(written: str) -> None:
    with pytest.raises(ValueError, match="unusual letters; write it as a@"):
        read_address(written)


@pytest.mark.parametrize(
    "domain",
    [
        "example.com", "münchen.de", "почта.com", "яндекс.рф", "аррӏе.ru", "оса.рф", "例え.jp",
        "ドメイン名例.jp", "カタカナー.jp", "sony日本.jp", "한국어.kr", "seoul서울.kr", "台灣ㄅ.tw",
        "ουτοπία.gr", "עברית.co.il", "مثال.com", "ไทย.th", "हिन्दी.in", "bücher24.de", "ó-é.es",
    ],
)  # fmt: skip
def test_a_domain_in_the_hand_of_one_language_is_honest(domain: str) -> None:
    assert lookalikes(domain) == []


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_whatever_the_cell_it_is_one_plain_address_or_none(text: str) -> None:
    try:
        found = read_address(text)
    except ValueError:
        return
    assert found.isascii()
    assert found.isprintable()
    assert found.count("@") == 1
    assert not set(found) & set(' ,;:<>()[]\\"%!|')
    assert read_address(found) == found
