"""When the word of Exchange is believed that a mail comes from inside."""

import pytest

from worker.intake.proof import Means, Proved, Unproved, prove

MEANS = Means(method="internal", domains=frozenset({"acme.example"}))
AS = "X-MS-Exchange-Organization-AuthAs: Internal"
SOURCE = "X-MS-Exchange-Organization-AuthSource: AM0PR04MB1234.eurprd04.prod.outlook.com"
ACROSS = "X-MS-Exchange-CrossTenant-AuthAs: Internal"
FROM = "From: Dana Miller <dana@acme.example>"


def judged(*fields: str) -> Proved | Unproved:
    return prove("\r\n".join([*fields, "Subject: x", "", "x"]).encode(), MEANS)


@pytest.mark.parametrize(
    "fields",
    [
        (AS, SOURCE, FROM),
        (FROM, SOURCE, AS, ACROSS),
        (FROM, SOURCE.upper(), AS.lower()),
    ],
)
def test_mail_of_a_signed_in_colleague_is_believed(fields: tuple[str, ...]) -> None:
    assert judged(*fields) == Proved("dana@acme.example", "internal")


DOUBTED = {
    "no word of Exchange": ((FROM,), "no X-MS-Exchange-Organization-AuthAs"),
    "taken from outside": (
        ("X-MS-Exchange-Organization-AuthAs: Anonymous", SOURCE, FROM), "'Anonymous'"
    ),
    "another partner": (("X-MS-Exchange-Organization-AuthAs: Partner", SOURCE, FROM), "'Partner'"),
    "a forged one beside the genuine": (
        (AS, "X-MS-Exchange-Organization-AuthAs: Anonymous", SOURCE, FROM), "2 X-MS-Exchange"
    ),
    "two that agree": ((AS, AS, SOURCE, FROM), "2 X-MS-Exchange"),
    "without the server": ((AS, FROM), "AuthSource"),
    "two servers": ((AS, SOURCE, SOURCE, FROM), "AuthSource"),
    "an empty server": ((AS, "X-MS-Exchange-Organization-AuthSource: ", FROM), "AuthSource"),
    "only across tenants": ((ACROSS, SOURCE, FROM), "no X-MS-Exchange-Organization-AuthAs"),
    "anonymous across tenants": (
        (AS, SOURCE, "X-MS-Exchange-CrossTenant-AuthAs: Anonymous", FROM), "'Anonymous'"
    ),
    "more than the word": (
        ("X-MS-Exchange-Organization-AuthAs: Internal (not)", SOURCE, FROM), "not as Internal"
    ),
    "a look-alike": ((f"X-{AS}", SOURCE, FROM), "no X-MS-Exchange-Organization-AuthAs"),
    "another domain": ((AS, SOURCE, "From: dana@evil.example"), "is not a domain of ours"),
    "below our domain": ((AS, SOURCE, "From: dana@x.acme.example"), "is not a domain of ours"),
    "two senders": ((AS, SOURCE, FROM, FROM), "2 From headers"),
}  # fmt: skip


@pytest.mark.parametrize(("fields", "told"), DOUBTED.values(), ids=DOUBTED.keys())
def test_anything_else_is_doubted(fields: tuple[str, ...], told: str) -> None:
    verdict = judged(*fields)
    assert isinstance(verdict, Unproved)
    assert told in verdict.reason
