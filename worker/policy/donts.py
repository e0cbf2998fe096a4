"""What no letter should say, by country: which kinds of phrases, in which letters, and who says so.

Pure, and no legal advice: a table for the linter and for ``check``. Most of it is good everywhere,
because a letter that names a protected ground or other candidates is evidence in any court; where
a country has a rule of its own, its reason is told as well. Countries are ISO 3166-1.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from worker.decision import Outcome
from worker.policy.phrases import Kind
from worker.policy.reasonpolicy import Policies, policy_in
from worker.policy.reasons import Policy

#: Where the GDPR holds, or what the United Kingdom made of it.
GDPR = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT",
    "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    "GB", "IS", "LI", "NO",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dont:
    """Phrases of a kind that some letters should not hold.

    ``countries`` None is everywhere; ``outcomes`` None is every letter; ``because`` is told after
    the phrase where the country has a reason of its own; ``source`` is where the rule stands.
    """

    kind: Kind
    source: str
    countries: frozenset[str] | None = None
    outcomes: frozenset[Outcome] | None = None
    because: str = ""


_NO = frozenset({Outcome.REJECTED})

DONTS: tuple[Dont, ...] = (
    Dont(Kind.GROUND, "AGG 1, 22 (DE); Code du travail L1132-1 (FR); Ley 15/2022 art. 2 (ES); "
         "Equality Act 2010 s. 4, 39 (GB); Title VII, ADEA, ADA (US)"),
    Dont(Kind.COMPARISON, "a claim for disclosure opens the other's file: "
         "https://www.findlaw.com/legalblogs/small-business/5-legal-tips-for-rejection-letters-emails/"),
    Dont(Kind.FILE, "GDPR art. 6(1), 7, 13(2)(a), and art. 5(1)(e)", GDPR,
         because="in the EU and the UK it needs a consent of its own and a named period (GDPR "
         "articles 7 and 13)"),
    Dont(Kind.FILE, "a promise that must be kept: "
         "http://www.businessmanagementdaily.com/8925/rejection-letters-under-scrutiny-7-dos-donts"),
    Dont(Kind.PROMISE, "https://startuptexas.co/rejecting-a-job-candidate-and-avoiding-liability/",
         outcomes=_NO),
    Dont(Kind.ADVERSE, "15 U.S.C. 1681b(b)(3), 1681m (US); GDPR art. 10 (EU, UK)",
         outcomes=_NO | {Outcome.ON_HOLD}),
    Dont(Kind.UNFINISHED, "a letter is read by a person"),
)  # fmt: skip


def donts(outcome: Outcome, country: str | None) -> Iterator[Dont]:
    """What the letter of that outcome should not hold; each kind once, the country's own first."""
    told: set[Kind] = set()
    for each in DONTS:
        if each.kind not in told and _holds(each, outcome, _whole(country)):
            told.add(each.kind)
            yield each


def _holds(dont: Dont, outcome: Outcome, country: str | None) -> bool:
    here = dont.countries is None or country in dont.countries
    return here and (dont.outcomes is None or outcome in dont.outcomes)


def _whole(country: str | None) -> str | None:
    return country.partition("-")[0] if country else None


#: Germany: a reason in writing is a hint at discrimination when it can be read as one (AGG 22),
#: and lawyers advise to give none; the duty towards severely disabled applicants (SGB IX 164(1))
#: is met by hand. https://ra-grage.de/Presseartikel/Hamburger-Abendblatt/
#: detail.197.AGG--Absagen-Bewerbungen--Rechtsanwalt-Arbeitsrecht-Hamburg.html
_NONE_ADVISED = frozenset({"DE"})


def advice(policies: Policies) -> Iterator[tuple[str, str]]:
    """What a lawyer of the company's country would ask: what stands out, and what to do."""
    country = _whole(policies.country)
    ruling = policy_in(policies.country, policies)
    if country in _NONE_ADVISED and ruling.policy is not Policy.NONE:
        found = (
            f"company.country is {policies.country} and {ruling}: in Germany a reason in writing "
            "can become a hint at discrimination (AGG 22), and most lawyers advise to give none"
        )
        mend = (
            f'set reasons.countries = {{ {country} = "none" }}, or ask your counsel and leave it; '
            "see docs/operating.md"
        )
        yield found, mend
