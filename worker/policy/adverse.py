"""Decisions that rest on a background check or a consumer report: no letter of ours may tell them.

Pure. In the United States they need a notice before the decision, with a copy of the report and a
summary of rights, a reasonable time to answer, and a notice of the action afterwards (15 U.S.C.
1681b(b)(3) and 1681m, the FCRA). Elsewhere such data has laws of its own (GDPR article 10). So
the row is refused and a person takes over, however the decision is spelt.
"""

import re
from collections.abc import Mapping

from worker.columns import fold
from worker.decision import Decision, Outcome
from worker.errors import AdverseAction
from worker.policy.phrases import Kind, found_in_any

#: Spellings of an outcome or of a code without their blanks; the rest is in the tables of phrases.
_IN_ONE_WORD = (
    "adverseaction", "backgroundcheck", "backgroundscreening", "consumerreport", "creditcheck",
    "creditreport", "criminalrecord", "criminalhistory",
)  # fmt: skip

#: A condition of an offer, or a next step, may well be a check that is still to come.
_TELLS_NO = frozenset({Outcome.REJECTED, Outcome.ON_HOLD})

WHAT_TO_DO = (
    "followup writes no letter for a decision that rests on a background check or a consumer "
    "report. A person has to do it: in the US a notice before the decision with a copy of the "
    "report, time to answer, and then the notice of the action (15 U.S.C. 1681b(b)(3), 1681m). "
    "If no such report was used, write the outcome and the reason without it"
)


def refuse_spelt(fields: Mapping[str, str]) -> None:
    """Raise ``AdverseAction`` when the outcome or the code of a row says so."""
    for name in ("outcome", "reason_code"):
        written = " ".join(fields.get(name, "").split())
        if _is_spelt(written):
            raise _refused(f"{name}: {written!r}")


def _is_spelt(written: str) -> bool:
    """Whatever stands around it: ``BACKGROUND_CHECK``, ``Rejected (background check)``."""
    apart = re.sub(r"[\W_]+", " ", written)
    return (
        any(each in fold(written) for each in _IN_ONE_WORD)
        or any(found_in_any(written, [Kind.ADVERSE]))
        or any(found_in_any(apart, [Kind.ADVERSE]))
    )


def refuse_said(decision: Decision) -> None:
    """Raise ``AdverseAction`` when the written reason of a refusal says so."""
    if decision.outcome not in _TELLS_NO:
        return
    for name in ("reason", "recommendation"):
        for phrase, _ in found_in_any(getattr(decision, name) or "", [Kind.ADVERSE]):
            raise _refused(f"{name}: {phrase!r}")


def _refused(what: str) -> AdverseAction:
    return AdverseAction(what, f"{what}: {WHAT_TO_DO}")
