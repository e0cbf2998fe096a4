import pytest

from worker.policy.ours import ours

OURS = ours(["talent@acme.example"])


def test_an_address_in_a_domain_that_we_send_from_is_ours() -> None:
    assert OURS.has("lena@ACME.example")
    assert not OURS.has("lena@acme.example.org")


@pytest.mark.parametrize("domain", ["gmail.com", "mailbox.org", "sympatico.ca", "yahoo.co.uk"])
def test_of_a_provider_of_free_mail_only_the_very_address_is_ours(domain: str) -> None:
    known = ours([f"Dana@{domain}"])
    assert known.has(f"dana@{domain}")
    assert not known.has(f"ana@{domain}")


def test_who_hears_is_the_first_that_is_ours_and_nobody_else() -> None:
    assert OURS.hears(None, "ana@example.org", "lena@acme.example") == "lena@acme.example"
    assert OURS.hears("ana@example.org") is None


@pytest.mark.parametrize(
    "named",
    ["eve@evil.example, lena@acme.example", "Eve <eve@evil.example> lena@acme.example",
     "eve%evil.example@acme.example", "ünal@acme.example", "lena miller@acme.example",
     "@acme.example", '"a\nb"@acme.example'],
)  # fmt: skip
def test_what_only_ends_in_a_domain_of_ours_is_nobody_who_can_hear(named: str) -> None:
    assert OURS.hears(named) is None
    assert OURS.hears(named, "lena@acme.example") == "lena@acme.example"
