"""Which policy of reasons holds for a decision: the job's, else the country's, else the house's.

Pure. What may be said in writing differs by country: where a reason is evidence against the
company, none is given; see ``docs/operating.md``. A part of a country goes before the country.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from worker.decision import Decision, fold
from worker.policy.reasons import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """The settings of ``[reasons]``; ``countries`` by ISO 3166, ``jobs`` by their titles.

    ``country`` is the company's own, for decisions that name none.
    """

    default: Policy = Policy.CATALOGUE
    countries: Mapping[str, Policy] = field(default_factory=dict)
    jobs: Mapping[str, Policy] = field(default_factory=dict)
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """The policy that holds, and the setting that says so."""

    policy: Policy
    setting: str = "reasons.policy"

    def __str__(self) -> str:
        return f"{self.setting} is {self.policy}"


def policy_for(decision: Decision, policies: Policies) -> Ruling:
    """The ruling for one decision."""
    job = fold(decision.job_title)
    for title, policy in policies.jobs.items():
        if fold(title) == job:
            return Ruling(policy, f'reasons.jobs."{title}"')
    return policy_in(decision.job_country or policies.country, policies)


def policy_in(country: str | None, policies: Policies) -> Ruling:
    """The ruling for a job of that country without a policy of its own."""
    for place in _wider(country):
        if place in policies.countries:
            return Ruling(policies.countries[place], f"reasons.countries.{place}")
    return Ruling(policies.default)


def named(problems: Sequence[str], ruling: Ruling) -> list[str]:
    """Problems of a reason, with the setting they come from where it is a special one."""
    if ruling.setting == Ruling(ruling.policy).setting:
        return list(problems)
    return [f"{problem} ({ruling})" for problem in problems]


def left_out(decision: Decision, ruling: Ruling) -> str | None:
    """What the decision gives and the letter may not say; a note for whoever handed it in."""
    given = {"reason": decision.reason, "reason_code": decision.reason_code,
             "recommendation": decision.recommendation}  # fmt: skip
    names = [name for name, text in given.items() if text]
    if ruling.policy is not Policy.NONE or not names:
        return None
    return f"the letter leaves out {' and '.join(names)}: {ruling}"


def _wider(country: str | None) -> Iterator[str]:
    """``CA-ON``, then ``CA``."""
    if country is not None:
        yield country
        if "-" in country:
            yield country.partition("-")[0]
