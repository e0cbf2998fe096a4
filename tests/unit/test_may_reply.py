"""Who may have what done by a reply to a notice."""

from collections.abc import Mapping
from typing import Any

from tables import cases

from worker.decision import Outcome
from worker.policy.deciders import Decider
from worker.policy.mayreply import Person, objects
from worker.policy.replywords import Word

DECIDERS: Mapping[str, Decider] = {
    "dana": Decider(address="dana@acme.example", name="Dana Miller", may_approve=True),
    "bo": Decider(address="bo@acme.example", may_approve=True),
    "ina": Decider(address="ina@acme.example", outcomes=frozenset({Outcome.REJECTED})),
}


@cases("may_reply")
def test_who_may_have_what_done_by_a_reply(case: dict[str, Any]) -> None:
    name = case["who"]
    person = Person(
        address=f"{name}@acme.example",
        decider=DECIDERS.get(name),
        is_hr=name == "hr",
        is_reader=case.get("reader", False),
        is_ours=case.get("ours", False),
        weak=case.get("weak", False),
    )
    decided_by = case.get("decided_by", "dana@acme.example")
    assert objects(Word(case["word"]), person, Outcome.OFFER, decided_by) == case.get("against")


def test_a_person_who_is_nobody_here_is_not_answered() -> None:
    assert not Person(address="eve@evil.example", decider=None).is_known
    assert Person(address="lea@acme.example", decider=None, is_ours=True).is_known
