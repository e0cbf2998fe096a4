"""Letters as a person reads them: each outcome and language with everything, and with little.

``PYTHONPATH=. python tests/letters.py`` writes ``tests/golden_letters`` anew; look at every
difference with the eyes of who gets it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from worker.decision import Outcome
from worker.policy.reasons import Told
from worker.render import MAILED, Company, Rendered, Renderer
from worker.render.samples import sample_decision, sample_told

LANGUAGES = ("en", "de", "fr", "es")
GOLDEN = Path(__file__).parent / "golden_letters"
SHIPPED = Path(__file__).parents[1] / "templates"
RENDERER = Renderer(
    [SHIPPED],
    Company(
        "Acme GmbH",
        careers_url="https://acme.example/careers",
        links={"LinkedIn": "https://linkedin.example/acme"},
        hr_address="hr@acme.example",
    ),
)
BARE = Renderer([SHIPPED], Company("Acme GmbH"))

#: What a decision may leave empty, as far as its outcome lets it.
_LEFT_OUT: Mapping[str, Any] = {
    "interviewed_on": None,
    "recruiter_name": None,
    "recruiter_email": None,
    "start_on": None,
    "conditions": None,
}


def letters(outcome: Outcome, language: str) -> Mapping[str, Rendered]:
    """Every branch of the letter of that outcome."""
    decision = replace(sample_decision(outcome, language), language=language)
    told = sample_told(outcome, language)
    bare = replace(decision, **_LEFT_OUT, **_less(outcome))
    return {
        "with everything": RENDERER.render(decision, told),
        "with no more than is needed": BARE.render(bare, Told()),
        "told on the phone before": RENDERER.render(decision, told, "phone"),
        "told in person before, with no more than is needed": BARE.render(
            bare, Told(), "in_person"
        ),
    }


def _less(outcome: Outcome) -> Mapping[str, Any]:
    if outcome is Outcome.THANK_YOU:
        return {"next_step": None, "update_on": None}
    return {"update_on": None} if outcome is Outcome.ADVANCED else {}


def golden(outcome: Outcome, language: str) -> str:
    """All of them in one file."""
    parts = [
        f"===== {case}\n\nSubject: {letter.subject}\n\n{letter.text}"
        for case, letter in letters(outcome, language).items()
    ]
    return "\n".join(parts)


def every() -> Iterator[tuple[Outcome, str]]:
    """Each outcome in each language."""
    return ((outcome, language) for outcome in MAILED for language in LANGUAGES)


def path(outcome: Outcome, language: str) -> Path:
    """Where its golden file lies."""
    return GOLDEN / language / f"{outcome}.txt"


def _write() -> None:
    for outcome, language in every():
        place = path(outcome, language)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(golden(outcome, language), encoding="utf-8")


if __name__ == "__main__":
    _write()
