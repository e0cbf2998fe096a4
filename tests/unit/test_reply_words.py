"""Which first line of an answer asks for what."""

from typing import Any

import pytest
from tables import cases

from worker.policy.replydoubts import excepts
from worker.policy.replywords import Order, Word, read_order


@cases("reply_words")
def test_the_first_line_of_an_answer(case: dict[str, Any]) -> None:
    expected = None
    if "word" in case:
        expected = Order(
            word=Word(case["word"]),
            rows=tuple(case.get("rows", ())),
            names=tuple(case.get("names", ())),
            all_of_them=case.get("all", False),
            sure=case.get("sure", True),
        )
    assert read_order(case["line"]) == expected


@pytest.mark.parametrize(
    "beside",
    [
        "but not Ana",
        "Außer Zeile 3",
        "sauf la ligne 2",
        "salvo la fila 2",
        "Wait",
        "don't send Bo's",
    ],
)
def test_what_stands_beside_it_may_take_an_order_back(beside: str) -> None:
    assert excepts(beside)


@pytest.mark.parametrize("beside", ["", "Thanks, Dana", "Viele Grüße", "Button and Notting"])
def test_a_kind_word_beside_it_takes_nothing_back(beside: str) -> None:
    assert not excepts(beside)
