"""The names of columns and the spellings of outcomes."""

import re

import pytest

from worker.columns import CANDIDATE_KEYS, CANONICAL, fold, read_header, read_outcome, words
from worker.decision import Outcome
from worker.errors import BadSubmission

WORDS = words()
NEEDED = ("email", "name", "job_title", "outcome")


def test_the_canonical_names_are_those_of_the_contract_and_one_more() -> None:
    names = """job_country email name first_name last_name job_title outcome application_id stage
        interviewed_on decided_on decided_by reason reason_code recommendation next_step
        next_step_on update_on start_on expires_on conditions channel phone language timezone
        send_not_before recruiter_name recruiter_email"""
    assert set(names.split()) == CANONICAL
    assert read_header(sorted(CANONICAL), WORDS) == tuple(sorted(CANONICAL))


@pytest.mark.parametrize(
    "header",
    ["job_title", "Job Title", "JOB-TITLE", "jobTitle", "\ufeffJob title", " job  title ",
     "Job_title?", "Ｊｏｂ title", "Job\u00a0title", "job\u2011title", "*Job title*", "Job title:"],
)  # fmt: skip
def test_case_spaces_marks_and_unicode_form_make_no_difference(header: str) -> None:
    assert read_header(["email", "name", header, "outcome"], WORDS)[2] == "job_title"


def test_composed_and_decomposed_accents_are_one_header() -> None:
    assert fold("De\u0301cision") == fold("Décision")
    assert WORDS.aliases[fold("De\u0301cision")] == "outcome"


GREENHOUSE = (
    "First Name>first_name,Last Name>last_name,Company>,Title>,Notes>,Email>email,Phone>phone,"
    "Source>,Who gets credit>,Job>job_title,Milestone>stage,Decision>outcome"
)
LEVER = (
    "Full-Name>name,Email>email,Date-Added>,Stage>stage,Archive-Reason>reason_code,"
    "Archive-Date>,Sources>,Origin>,Job>job_title,Decision>outcome"
)
PERSONIO = (
    "Candidate ID>,Candidate name>name,Gender>,Email address>email,Birthday>,Final phase>stage,"
    "Final phase date>,Final status>outcome,Final status date>decided_on,"
    "Application ID>application_id,Application date>,Application rejection reason>reason_code,"
    "Days in current phase>,Phone number>phone,Position>job_title"
)
SMARTRECRUITERS = (
    "applicationID>application_id,applicationReasonOfRejection>reason_code,"
    "applicationReasonOfWithdrawal>,applicationStage>outcome,applicationStep>,"
    "candidateEmail>email,candidateEthnicity>,First name>first_name,Last name>last_name,"
    "Job title>job_title"
)
TRAKSTAR = (
    "Candidate Name>name,Candidate Email>email,Source Type>,Referrer>,Candidate Phone>phone,"
    "Archived? (Yes/No)>,Opening ID>,Job>job_title,Decision>outcome"
)
GERMAN = (
    "E-Mail>email,Vorname>first_name,Nachname>last_name,Stelle>job_title,Entscheidung>outcome,"
    "Begründung>reason,Empfehlung>recommendation,Sprache>language"
)
FRENCH = (
    "Courriel>email,Prénom>first_name,Nom>last_name,Poste>job_title,Décision>outcome,"
    "Motif>reason,Recommandation>recommendation,Langue>language"
)
SPANISH = (
    "Correo electrónico>email,Nombre>first_name,Apellidos>last_name,Puesto>job_title,"
    "Decisión>outcome,Motivo>reason,Recomendación>recommendation,Idioma>language"
)


@pytest.mark.parametrize(
    "preset", [GREENHOUSE, LEVER, PERSONIO, SMARTRECRUITERS, TRAKSTAR, GERMAN, FRENCH, SPANISH]
)
def test_headers_that_people_and_their_systems_write_are_known(preset: str) -> None:
    pairs = [pair.split(">") for pair in preset.split(",")]
    columns = read_header([header for header, _ in pairs], WORDS)
    assert [name or "" for name in columns] == [name for _, name in pairs]


def test_unknown_empty_and_problem_columns_are_ignored() -> None:
    header = ["problem", *NEEDED, "Salary", "", "  "]
    assert read_header(header, WORDS) == (None, *NEEDED, None, None, None)


@pytest.mark.parametrize(
    ("header", "both"),
    [
        (["email", "E-Mail address", *NEEDED[1:]], ("'email'", "'E-Mail address'")),
        ([*NEEDED, "Decision"], ("'outcome'", "'Decision'")),
        ([*NEEDED, "Notes", "notes "], ("'Notes'", "'notes'")),
    ],
)
def test_a_header_that_appears_twice_refuses_the_whole_file(
    header: list[str], both: tuple[str, str]
) -> None:
    with pytest.raises(BadSubmission, match="appears twice") as refused:
        read_header(header, WORDS)
    assert " and ".join(both) in str(refused.value)
    assert "Headers seen: " in str(refused.value)


def test_what_an_export_says_steps_back_behind_a_column_that_people_added() -> None:
    header = [*NEEDED, "Final status", "reason code", "Application rejection reason"]
    assert read_header(header, WORDS) == (*NEEDED, None, "reason_code", None)


@pytest.mark.parametrize(
    ("header", "missing"),
    [
        (["name", "job_title", "outcome"], "email"),
        (["email", "job_title", "outcome"], "name (or first_name and last_name)"),
        (["email", "first_name", "job_title", "outcome"], "name (or first_name and last_name)"),
        (["email", "name", "outcome"], "job_title"),
        (["email", "name", "job_title"], "outcome"),
        (["Salary"], "email and name (or first_name and last_name) and job_title and outcome"),
    ],
)
def test_a_required_header_that_is_missing_refuses_the_whole_file(
    header: list[str], missing: str
) -> None:
    with pytest.raises(BadSubmission, match=re.escape(f"the header lacks {missing}.")) as refused:
        read_header(header, WORDS)
    assert f"Headers seen: {', '.join(map(repr, header))}." in str(refused.value)
    assert "csv.aliases" in str(refused.value)


def test_a_first_and_a_last_name_do_for_a_name() -> None:
    read_header(["email", "First name", "Surname", "job", "decision"], WORDS)


def test_the_configuration_adds_names_and_its_names_win() -> None:
    more = words({"outcome": ["Verdict"], "stage": ["Final status"]})
    columns = read_header(["email", "name", "job", "verdict", "final status"], more)
    assert columns[3:] == ("outcome", "stage")


@pytest.mark.parametrize(
    ("aliases", "outcomes", "message"),
    [
        ({"colour": ["Farbe"]}, {}, "'colour' is not a known column; the columns are application"),
        ({"name": ["e-mail", "email"]}, {}, "'e-mail' can't stand for column name: it means"),
        ({"name": ["Problem"]}, {}, "'Problem' can't stand for column name"),
        ({"problem": ["Fehler"]}, {}, "'problem' is not a known column"),
        ({"name": ["Who"], "email": ["who"]}, {}, "'who' can't stand for column email"),
        ({"name": ["--"]}, {}, "'--' can't stand for column name"),
        ({}, {"hired": ["hired"]}, "'hired' is not a known outcome; the outcomes are advanced"),
        ({}, {"offer": ["Rejected"]}, "'Rejected' can't stand for outcome offer: it means"),
    ],
)
def test_an_addition_that_would_mean_two_things_is_refused(
    aliases: dict[str, list[str]], outcomes: dict[str, list[str]], message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        words(aliases, outcomes)


@pytest.mark.parametrize(
    ("outcome", "spellings"),
    [
        (Outcome.REJECTED, "rejected,Reject,NOT SELECTED,not-selected,declined by us"),
        (Outcome.REJECTED, "Absage,abgelehnt,refusé,refuse\u0301e,non retenu,rechazado"),
        (Outcome.ADVANCED, "advanced,next round,Moved forward"),
        (Outcome.ADVANCED, "nächste Runde,weiter,tour suivant,siguiente ronda"),
        (Outcome.ON_HOLD, "on_hold,on hold,On-Hold,hold,zurückgestellt,en attente,en espera"),
        (Outcome.OFFER, "offer,offered,Angebot,offre,oferta"),
        (Outcome.THANK_YOU, "thank_you,Thank you!,thanks,Danke,merci,gracias"),
        (Outcome.WITHDRAWN, "withdrawn,withdrew,candidate withdrew,zurückgezogen"),
        (Outcome.WITHDRAWN, "candidature retirée,candidatura retirada"),
    ],
)
def test_the_spellings_of_an_outcome_are_read(outcome: Outcome, spellings: str) -> None:
    assert {read_outcome(each, WORDS) for each in spellings.split(",")} == {outcome}


@pytest.mark.parametrize(
    "text",
    ["", "maybe", "declined", "accepted", "hired", "yes", "Zusage", "retenu", "pass", "rejected?",
     "not rejected", "reject/advance", "offer declined", "offer accepted", "??"],
)  # fmt: skip
def test_a_spelling_with_no_single_meaning_is_an_error_and_never_a_default(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"{text!r} is not an outcome")) as refused:
        read_outcome(text, WORDS)
    assert "rejected, advanced, on_hold, offer, thank_you, withdrawn" in str(refused.value)
    assert "csv.outcomes in config/followup.toml" in str(refused.value)


def test_the_configuration_adds_spellings() -> None:
    more = words({}, {"rejected": ["Declined"], "advanced": ["offered a second interview"]})
    assert read_outcome("declined", more) is Outcome.REJECTED
    assert read_outcome("Offered a second interview", more) is Outcome.ADVANCED


def test_the_candidate_keys_of_a_decision_mail_are_no_columns() -> None:
    for key in ("Candidate", "Bewerber/in", "Bewerber:in", "Candidat", "Candidato", "Kandidatin"):
        assert fold(key) in CANDIDATE_KEYS
    assert not CANDIDATE_KEYS & set(WORDS.aliases)


@pytest.mark.parametrize(
    "doubtful", ["❌ next round", "👎 advance", "≠ offer", "!offer", "~~offer~~"]
)
def test_a_sign_that_turns_an_outcome_round_is_not_folded_away(doubtful: str) -> None:
    with pytest.raises(ValueError, match="is not an outcome"):
        read_outcome(doubtful, words())
