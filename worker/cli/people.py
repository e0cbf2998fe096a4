"""Our own people, as the settings name them."""

from worker.policy.deciders import Decider
from worker.policy.ours import Ours, ours
from worker.settings import Settings


def deciders(given: Settings) -> dict[str, Decider]:
    """By their addresses, folded in case."""
    return {
        each.address.casefold(): Decider(
            address=each.address,
            name=each.name or "",
            outcomes=each.outcomes,
            per_day=each.per_day,
            may_approve=each.may_approve,
            language=each.language,
        )
        for each in given.deciders
    }


def ours_of(given: Settings) -> Ours:
    """Every address that the settings name."""
    named = (
        given.smtp.sender_address,
        given.company.hr_address,
        given.mailbox.address,
        given.mailbox.username if "@" in (given.mailbox.username or "") else None,
        *(each.address for each in given.deciders),
    )
    return ours(filter(None, named))
