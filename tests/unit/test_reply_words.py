"""Which first line of an answer asks for what."""

from typing import Any

from tables import cases

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
