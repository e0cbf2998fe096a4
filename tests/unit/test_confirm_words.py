"""Which first line of an answer confirms."""

import pytest

from worker.steps.confirm import confirms


@pytest.mark.parametrize(
    "line", ["CONFIRM", "confirm.", "Confirmed, thank you!", "Yes, confirm", "I confirm this"]
)
def test_a_line_that_says_confirm_and_nothing_else_confirms(line: str) -> None:
    assert confirms(line)


@pytest.mark.parametrize(
    "line", ["", "STOP", "Confirm?", "Do not confirm", "I can't confirm this", "unconfirmed",
             "confirm the other one", "I did not decide this"],
)  # fmt: skip
def test_a_line_that_says_more_does_not(line: str) -> None:
    assert not confirms(line)
