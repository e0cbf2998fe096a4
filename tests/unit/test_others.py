"""A letter that names another candidate is found, and one that only says words is not."""

import pytest

from worker.policy.others import Names

OTHERS = ["Ben Öztürk", "Mary-Jane O'Neill", "Will", "Ana Pérez", "Anna Maria Lehmann", "李 小龙"]
OWN = ("Ana Pérez García", "Dana Miller")


def named(text: str, *known: str) -> list[str]:
    names = Names()
    names.add(OTHERS)
    names.add(["Dana Miller"])
    return names.named(text, known=known or OWN)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Ben Öztürk had more experience.", ["Ben Öztürk"]),
        ("We went with BEN  ÖZTÜRK, sorry.", ["Ben Öztürk"]),
        ("It was Ben O\u0308ztu\u0308rk's turn.", ["Ben Öztürk"]),
        ("You come after Mary Jane O\u2019Neill.", ["Mary-Jane O'Neill"]),
        ("(Ben Öztürk) and Anna Maria Lehmann", ["Ben Öztürk", "Anna Maria Lehmann"]),
        ("Ben Öztürk, Ben Öztürk!", ["Ben Öztürk"]),
        ("dear 李 小龙", ["李 小龙"]),
    ],
)
def test_another_candidate_is_found_however_the_name_is_written(text: str, who: list[str]) -> None:
    assert named(text) == who


@pytest.mark.parametrize(
    "text",
    [
        "Will you come?",
        "Ben",
        "Reuben Öztürks",
        "Ben and Öztürk",
        "Ana Pérez, we liked your talk",
        "Dana Miller will call you.",
        "",
    ],
)
def test_words_the_candidates_own_name_and_who_signs_are_let_pass(text: str) -> None:
    assert named(text) == []


def test_a_namesake_is_no_other_name() -> None:
    assert named("Ben Öztürk", "ben öztürk") == []
