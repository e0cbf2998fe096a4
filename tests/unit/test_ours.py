from worker.policy.ours import ours

OURS = ours(["talent@acme.example", "Dana@gmail.com"])


def test_an_address_in_a_domain_that_we_send_from_is_ours() -> None:
    assert OURS.has("lena@ACME.example")
    assert not OURS.has("lena@acme.example.org")


def test_of_a_provider_of_free_mail_only_the_very_address_is_ours() -> None:
    assert OURS.has("dana@gmail.com")
    assert not OURS.has("ana@gmail.com")


def test_who_hears_is_the_first_that_is_ours_and_nobody_else() -> None:
    assert OURS.hears(None, "ana@example.org", "lena@acme.example") == "lena@acme.example"
    assert OURS.hears("ana@example.org") is None
