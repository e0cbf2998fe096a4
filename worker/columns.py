"""What the columns of a spreadsheet and the keys of a decision mail are called.

Pure; any level may import it. CONTRACT section 3 fixes the canonical names; beside them stand
the names that people and applicant tracking systems (ATS) use, as far as their meaning is
certain. A name with two meanings is not here: German ``Name`` beside ``Vorname`` is the only
one that can't be told apart. What can go wrong: ``BadSubmission`` for a header that can't be
used, ``ValueError`` for an outcome that nobody defined. Nothing falls back to a default.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from worker.decision import Decision, Outcome
from worker.errors import BadSubmission

#: The names of CONTRACT section 3.
CANONICAL: frozenset[str] = frozenset(each.name for each in fields(Decision))

#: The column that a problem file adds: known, and ignored when the mended file comes back.
PROBLEM = "problem"

#: Names in English, German, French and Spanish; those of Greenhouse, Lever, Personio,
#: SmartRecruiters and Trakstar are among them where they say the same.
_ALIASES: Mapping[str, str] = {
    "email": "email address, mail, mail address, candidate email, candidate email address, "
    "applicant email, E-Mail-Adresse, Mailadresse, courriel, adresse e-mail, adresse mail, "
    "adresse électronique, e-mail du candidat, correo, correo electrónico, "
    "dirección de correo electrónico, correo del candidato",
    "name": "full name, candidate name, candidate full name, applicant name, Bewerbername, "
    "vollständiger Name, nom complet, nom et prénom, prénom et nom, nom du candidat, "
    "nombre completo, nombre y apellidos, nombre del candidato",
    "first_name": "given name, forename, candidate first name, applicant first name, Vorname, "
    "prénom, prenom, nombre, nombre de pila",
    "last_name": "surname, family name, candidate last name, applicant last name, Nachname, "
    "Familienname, nom, nom de famille, apellido, apellidos",
    "job_title": "job, job name, position, position title, role, vacancy, vacancy title, Stelle, "
    "Stellentitel, Stellenbezeichnung, poste, intitulé du poste, puesto, vacante",
    "job_country": "country of the job, Land der Stelle, pays du poste, país del puesto",
    "outcome": "decision, hiring decision, final decision, Entscheidung, décision, decisión",
    "application_id": "application, application number, Bewerbung, Bewerbungs-ID, "
    "Bewerbungsnummer, candidature, ID candidature, numéro de candidature, candidatura, "
    "ID de candidatura, número de candidatura",
    "stage": "interview stage, interview round, phase, Stufe, Bewerbungsphase, étape, etapa",
    "interviewed_on": "interview date, date of interview, interviewed, Interviewdatum, "
    "Gespräch am, Interview am, date d'entretien, date de l'entretien, entretien le, "
    "fecha de entrevista, fecha de la entrevista",
    "decided_on": "decision date, date of decision, Entscheidungsdatum, entschieden am, "
    "date de décision, date de la décision, décidé le, fecha de decisión, "
    "fecha de la decisión",
    "decided_by": "decider, decision by, entschieden von, décidé par, decidido por",
    "reason": "reason text, Grund, Begründung, raison, motif, motivo, razón",
    "reason_code": "Grundcode, Code Grund, code raison, code motif, código de motivo",
    "recommendation": "Empfehlung, recommandation, recomendación",
    "next_step": "next steps, nächster Schritt, prochaine étape, étape suivante, próximo paso, "
    "siguiente paso",
    "next_step_on": "next step date, next step by, nächster Schritt am, nächster Schritt bis, "
    "date de la prochaine étape, prochaine étape le, fecha del próximo paso",
    "update_on": "update by, update date, next update, Rückmeldung am, Rückmeldung bis, "
    "prochaine nouvelle le, nouvelles avant le, próxima actualización",
    "start_on": "start date, starting date, Startdatum, Eintrittsdatum, date de début, "
    "date d'entrée, fecha de inicio, fecha de incorporación",
    "expires_on": "expiry date, expiration date, offer expires, offer expires on, offer expiry, "
    "valid until, gültig bis, Angebot gültig bis, date d'expiration, valable jusqu'au, "
    "offre valable jusqu'au, fecha de vencimiento, válido hasta, oferta válida hasta",
    "conditions": "Bedingungen, condiciones",
    "channel": "communication channel, Kanal, canal",
    "phone": "phone number, telephone, telephone number, candidate phone, "
    "candidate phone number, Telefon, Telefonnummer, téléphone, numéro de téléphone, "
    "teléfono, número de teléfono",
    "language": "preferred language, candidate language, Sprache, langue, idioma",
    "timezone": "Zeitzone, fuseau horaire, zona horaria",
    "send_not_before": "send, send on, send after, not before, senden, senden ab, nicht vor, "
    "envoyer, envoyer le, pas avant, enviar, enviar el, no antes de",
    "recruiter_name": "recruiter, recruteur, recruteuse, reclutador, reclutadora",
    "recruiter_email": "recruiter mail, recruiter email address, E-Mail Recruiter, "
    "e-mail du recruteur, correo del reclutador",
}

#: Columns that only the export of an ATS has. They step back where the file has the column
#: under another name, because people add their own beside them. A reason label of an ATS is a
#: code, never a sentence for a letter: the catalogue either knows it or refuses the row.
_EXPORTED: Mapping[str, str] = {
    "outcome": "final status, applicationStage",  # Personio, SmartRecruiters
    "stage": "final phase, milestone",  # Personio, Greenhouse
    "decided_on": "final status date",  # Personio
    # Personio, SmartRecruiters, Lever
    "reason_code": "application rejection reason, applicationReasonOfRejection, archive reason",
}

#: Spellings that mean one outcome only. Who declined in "declined", or "Zusage", "retenu",
#: "hired", "accepted", can't be told, so those are not here; csv.outcomes can add them.
_SPELLINGS: Mapping[Outcome, str] = {
    Outcome.REJECTED: "reject, rejection, rejected by us, not selected, declined by us, "
    "we declined, no, no hire, not moving forward, not proceeding, unsuccessful, Absage, "
    "absagen, abgelehnt, ablehnen, Ablehnung, nicht ausgewählt, refusé, refusée, refuser, "
    "rejeté, rejetée, non retenu, non retenue, non sélectionné, non sélectionnée, rechazado, "
    "rechazada, rechazar, no seleccionado, no seleccionada, descartado, descartada",
    Outcome.ADVANCED: "advance, next round, next stage, next interview, move forward, "
    "moved forward, moving forward, proceed, nächste Runde, naechste Runde, nächste Stufe, "
    "weiter, tour suivant, prochain tour, étape suivante, siguiente ronda, próxima ronda, "
    "siguiente fase, avanza, avanzar",
    Outcome.ON_HOLD: "hold, put on hold, waitlist, waitlisted, zurückgestellt, zurueckgestellt, "
    "zurückstellen, Warteliste, en attente, mis en attente, mise en attente, liste d'attente, "
    "en espera, lista de espera",
    Outcome.OFFER: "offered, make offer, make an offer, job offer, offer extended, Angebot, "
    "Angebot machen, offre, faire une offre, oferta, hacer oferta",
    Outcome.THANK_YOU: "thanks, thank you note, thank you letter, danke, Dank, Dankschreiben, "
    "merci, remerciement, remerciements, gracias, agradecimiento",
    Outcome.WITHDRAWN: "withdraw, withdrew, candidate withdrew, withdrawn by candidate, "
    "declined by candidate, opted out, zurückgezogen, zurueckgezogen, Bewerbung zurückgezogen, "
    "désistement, candidature retirée, retirado, retirada, candidatura retirada",
}


@dataclass(frozen=True, slots=True)
class Words:
    """The tables as they hold for one installation; look up with ``fold``."""

    aliases: Mapping[str, str]
    outcomes: Mapping[str, Outcome]


def fold(text: str) -> str:
    """The form in which names are compared: letters and digits only, NFKC, without case."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(each for each in plain if unicodedata.category(each)[0] in "LMN")


def _split(names: str) -> Iterator[str]:
    return (fold(name) for name in names.split(","))


#: Folded keys of a decision mail whose value is ``Name <address>``.
CANDIDATE_KEYS: frozenset[str] = frozenset(
    _split(
        "Candidate, Applicant, Kandidat, Kandidatin, Kandidat/in, Bewerber, Bewerberin, "
        "Bewerber/in, Bewerbende, Candidat, Candidate, Candidat(e), Candidat·e, Postulant, "
        "Candidato, Candidata, Candidato/a"
    )
)

_EXPORTED_NAMES = frozenset(name for names in _EXPORTED.values() for name in _split(names))


def words(
    more_aliases: Mapping[str, Sequence[str]] = {},
    more_outcomes: Mapping[str, Sequence[str]] = {},
) -> Words:
    """The shipped tables and what the configuration adds: canonical name to further spellings.

    What is added wins over what is shipped. Raises ``ValueError`` when it names an unknown
    column or outcome, or would give a canonical name another meaning.
    """
    aliases = {word: name for table in (_ALIASES, _EXPORTED) for word, name in _turned(table)}
    outcomes = {word: Outcome(name) for word, name in _turned(_SPELLINGS)}
    own = {fold(name): name for name in CANONICAL}
    own_outcomes = {fold(outcome): outcome for outcome in Outcome}
    aliases |= _added("column", more_aliases, own | {PROBLEM: PROBLEM})
    added = _added("outcome", more_outcomes, own_outcomes)
    return Words(
        aliases=aliases | own,
        outcomes=outcomes | {word: Outcome(name) for word, name in added.items()} | own_outcomes,
    )


def _turned(table: Mapping[str, str] | Mapping[Outcome, str]) -> Iterator[tuple[str, str]]:
    return ((word, str(name)) for name, names in table.items() for word in _split(names))


def _added(kind: str, more: Mapping[str, Sequence[str]], own: Mapping[str, str]) -> dict[str, str]:
    added: dict[str, str] = {}
    for name, spellings in more.items():
        if name not in own.values() or name == PROBLEM:
            known = ", ".join(sorted(each for each in own.values() if each != PROBLEM))
            raise ValueError(f"{name!r} is not a known {kind}; the {kind}s are {known}")
        for spelling in spellings:
            word = fold(spelling)
            meant = added.get(word) or own.get(word) or name
            if not word or meant != name:
                raise ValueError(f"{spelling!r} can't stand for {kind} {name}: it means {meant!r}")
            added[word] = name
    return added


def read_header(cells: Sequence[str], words: Words) -> tuple[str | None, ...]:
    """The canonical name of each column, or None where it is ignored.

    Raises ``BadSubmission`` with the headers seen when a header appears twice, a required one
    is missing, or nothing is there at all.
    """
    columns = tuple(words.aliases.get(fold(cell)) for cell in cells)
    columns = tuple(
        None if fold(cell) in _EXPORTED_NAMES and columns.count(name) > 1 else name
        for cell, name in zip(cells, columns, strict=True)
    )
    _refuse_twice(cells, columns)
    _refuse_missing(cells, columns)
    return columns


def _refuse_twice(cells: Sequence[str], columns: Sequence[str | None]) -> None:
    seen: defaultdict[str, list[str]] = defaultdict(list)
    for cell, name in zip(cells, columns, strict=True):
        if cell.strip():
            # Canonical names are ASCII, so a tab keeps the two kinds of name apart.
            seen[name or f"\t{cell.strip().casefold()}"].append(cell.strip())
    for name, headers in seen.items():
        if len(headers) > 1:
            both = " and ".join(repr(header[:40]) for header in headers[:5])
            what = f"the column {name}" if name in CANONICAL else "a header"
            raise BadSubmission(
                f"{what} appears twice, as {both}; delete or rename one of them. {_seen(cells)}"
            )


def _refuse_missing(cells: Sequence[str], columns: Sequence[str | None]) -> None:
    missing = [name for name in ("email", "job_title", "outcome") if name not in columns]
    if "name" not in columns and not {"first_name", "last_name"} <= set(columns):
        missing.insert(1, "name (or first_name and last_name)")
    if missing:
        raise BadSubmission(
            f"the header lacks {' and '.join(missing)}. {_seen(cells)} The first row must name "
            "email, name (or first_name and last_name), job_title and outcome; csv.aliases in "
            "config/followup.toml can add the names that your file uses."
        )


def _seen(cells: Sequence[str]) -> str:
    shown = [repr(cell.strip()[:40]) for cell in cells[:60]]
    return f"Headers seen: {', '.join(shown) or 'none'}."


def read_outcome(text: str, words: Words) -> Outcome:
    """The outcome that this spelling means. Raises ``ValueError`` with what is accepted."""
    # A question mark is folded away in a header ("Sent?"); behind a decision it is a doubt.
    # So is what fold drops and a person means: a cross, a thumb, a "not" sign, a strike-through.
    said = text.strip().rstrip("!")
    doubt = any(each in "?!~" or unicodedata.category(each)[0] == "S" for each in said)
    outcome = None if doubt else words.outcomes.get(fold(text))
    if outcome is None:
        accepted = ", ".join(Outcome)
        raise ValueError(
            f"{text!r} is not an outcome; write one of {accepted}, "
            "or add the spelling to csv.outcomes in config/followup.toml"
        )
    return outcome
