"""Invented candidates, for previews and for the linter.

The days are fixed: nothing here asks what day it is. What HR would write stands in the language
of the letter, so that a preview reads as a whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from worker.decision import Decision, Outcome
from worker.policy.reasons import Told

_INTERVIEW = date(2027, 1, 12)
_LATER = date(2027, 1, 29)
_UPDATED = (Outcome.ADVANCED, Outcome.ON_HOLD, Outcome.THANK_YOU)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Texts:
    """What HR could write in one language."""

    job_title: str
    stage: str
    step: str
    meeting: str
    conditions: str
    reason: str
    recommendation: str
    pause: str


def sample_decision(outcome: Outcome, language: str = "en") -> Decision:
    """A decision that gives everything a letter of that outcome may use."""
    texts = _texts(language)
    steps = {Outcome.ADVANCED: texts.step, Outcome.THANK_YOU: texts.meeting}
    offered = outcome is Outcome.OFFER
    return Decision(
        email="ana.perez@example.org",
        name="Ana Pérez",
        first_name="Ana",
        last_name="Pérez",
        job_title=texts.job_title,
        outcome=outcome,
        application_id="A-1042",
        stage=texts.stage,
        interviewed_on=_INTERVIEW,
        decided_on=date(2027, 1, 14),
        recruiter_name="Lena Hoffmann",
        recruiter_email="lena.hoffmann@example.com",
        next_step=steps.get(outcome),
        next_step_on=date(2027, 1, 21) if outcome is Outcome.ADVANCED else None,
        update_on=_LATER if outcome in _UPDATED else None,
        start_on=date(2027, 3, 1) if offered else None,
        expires_on=_LATER if offered else None,
        conditions=texts.conditions if offered else None,
    )


def sample_told(outcome: Outcome, language: str = "en") -> Told:
    """What a letter of that outcome may say about why."""
    texts = _texts(language)
    told = {
        Outcome.REJECTED: Told(texts.reason, texts.recommendation),
        Outcome.ON_HOLD: Told(texts.pause),
    }
    return told.get(outcome, Told())


def _texts(language: str) -> _Texts:
    return _IN.get(language.partition("-")[0].lower(), _IN["en"])


_IN: Mapping[str, _Texts] = {
    "en": _Texts(
        job_title="Data Analyst",
        stage="second interview",
        step="A 60-minute video interview with the team lead",
        meeting="The hiring team meets to talk about all interviews.",
        conditions="two references and proof of the right to work",
        reason="We were looking for hands-on experience with Kubernetes in production.",
        recommendation="Collect success metrics from your projects that you can share in your"
        " next interview.",
        pause="The budget for this position is being reviewed.",
    ),
    "de": _Texts(
        job_title="Datenanalyse",
        stage="zweites Gespräch",
        step="Ein Videogespräch von 60 Minuten mit der Teamleitung",
        meeting="Das Team bespricht in Ruhe alle Gespräche.",
        conditions="zwei Referenzen und der Nachweis der Arbeitserlaubnis",
        reason="Wir haben praktische Erfahrung mit Kubernetes im laufenden Betrieb gesucht.",
        recommendation="Sammeln Sie Kennzahlen aus Ihren Projekten, die Sie im nächsten Gespräch"
        " nennen können.",
        pause="Das Budget für diese Stelle wird gerade geprüft.",
    ),
    "fr": _Texts(
        job_title="Analyse de données",
        stage="deuxième entretien",
        step="Un entretien vidéo de 60 minutes avec la personne qui dirige l'équipe",
        meeting="L'équipe se réunit pour parler de tous les entretiens.",
        conditions="deux références et un justificatif d'autorisation de travail",
        reason="Nous recherchions une expérience pratique de Kubernetes en production.",
        recommendation="Rassemblez des résultats chiffrés de vos projets, que vous pourrez"
        " présenter lors de votre prochain entretien.",
        pause="Le budget de ce poste est en cours d'examen.",
    ),
    "es": _Texts(
        job_title="Análisis de datos",
        stage="segunda entrevista",
        step="Una entrevista por vídeo de 60 minutos con quien dirige el equipo",
        meeting="El equipo se reúne para hablar de todas las entrevistas.",
        conditions="dos referencias y el permiso de trabajo",
        reason="Buscábamos experiencia práctica con Kubernetes en producción.",
        recommendation="Reúna resultados medibles de sus proyectos que pueda compartir en su"
        " próxima entrevista.",
        pause="Se está revisando el presupuesto de este puesto.",
    ),
}
