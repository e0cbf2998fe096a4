"""Guards that look beyond a row: at other entries, at the same file, at the shape of all of it."""

from pathlib import Path

import pytest
from deciding import cancel, release
from guarded import Desk, desk, note, waits
from sample import NOW, letter
from workplace import row

from worker import verbs
from worker.errors import NotAllowed
from worker.steps.actall import act_on_all
from worker.store import outbox, reports, views
from worker.store.engine import Store

JON = {"first_name": "Jon", "last_name": "Smith"}
JOHN = {"first_name": "John", "last_name": "Smith"}

NAMES = (
    "Brandt", "Castillo", "Dupont", "Eriksen", "Farouk",
    "Gonzalez", "Haddad", "Ivanova", "Jimenez", "Kowalski",
)  # fmt: skip


def person(number: int) -> dict[str, str]:
    """Of a name that is near no other one's."""
    ones, tens = NAMES[number % 10], NAMES[number // 10 % 10]
    return {"first_name": f"{tens}a{number // 100 or ''}", "last_name": f"{ones}ov"}


def state(guarded: Desk, token: str) -> tuple[object, object]:
    fields = views.find(guarded.store, token).fields
    return fields["status"], fields["why"]


def taken(guarded: Desk, token: str) -> dict[str, object]:
    """What the journal has of its taking in."""
    (line,) = views.journal_lines(guarded.store, views.find(guarded.store, token).id)
    detail = line["detail"]
    assert isinstance(detail, dict)
    return detail


@pytest.fixture
def guarded(store: Store, tmp_path: Path) -> Desk:
    return desk(store, tmp_path)


def test_the_same_name_with_another_address_is_held_whatever_the_job(guarded: Desk) -> None:
    (first,) = guarded.take("s1", row(1, **JON))
    (second,) = guarded.take("s2", row(2, job_title="Designer", **JON))
    assert (first.verdict.status, second.verdict.status) == ("queued", "held")
    assert waits(second) == ("namesake",)
    assert f"same name has another address (entry {first.verdict.entry})" in note(second)


def test_the_journal_has_what_was_found_and_what_to_do_but_nothing_of_the_text(
    guarded: Desk,
) -> None:
    guarded.take("s1", row(1, **JON))
    (second,) = guarded.take("s2", row(2, job_title="Designer", **JON))
    (third,) = guarded.take("s3", row(3, reason="You are overqualified.", reason_code=""))
    namesake, quoted = (taken(guarded, str(each.verdict.entry)) for each in (second, third))
    assert namesake["note"] == note(second)
    assert quoted["why"] == ["reason"]
    assert "what no letter should" in str(quoted["note"])
    assert note(third) not in str(quoted["note"])


def test_the_same_address_with_another_name_is_held(guarded: Desk) -> None:
    (first,) = guarded.take("s1", row(1, **JON))
    (second,) = guarded.take("s2", row(2, email="C1@candidates.example", job_title="Designer"))
    assert f"given with another name (entry {first.verdict.entry})" in note(second)


def test_nearly_the_name_of_another_candidate_for_the_job_is_held(guarded: Desk) -> None:
    (first,) = guarded.take("s1", row(1, **JON))
    (second,) = guarded.take("s2", row(2, **JOHN))
    assert f"another candidate for this job (entry {first.verdict.entry})" in note(second)
    (third,) = guarded.take("s3", row(3, job_title="Designer", **JOHN | {"last_name": "Smyth"}))
    assert third.verdict.status == "queued"


def test_of_two_namesakes_in_one_file_both_are_held(guarded: Desk) -> None:
    one, other = guarded.take("s1", row(1, **JON), row(2, "offer", **JOHN))
    assert "another candidate for this job (row 3 of the same file)" in note(one)
    assert "another candidate for this job (row 2 of the same file)" in note(other)


def test_the_same_person_is_not_held(guarded: Desk) -> None:
    guarded.take("s1", row(1, **JON))
    same = {"email": "c1@candidates.example", "first_name": "JÓN", "last_name": "smith"}
    (again,) = guarded.take("s2", row(2, "advanced", job_title="Designer", **same))
    assert again.verdict.status == "queued"


def test_whom_nothing_reached_is_nobodys_namesake(guarded: Desk) -> None:
    (first,) = guarded.take("s1", row(1, **JON))
    cancel(guarded.store, str(first.verdict.entry))
    (mended,) = guarded.take("s2", row(2, **JON))
    assert mended.verdict.status == "queued"


def test_one_application_with_two_addresses_is_a_contradiction_and_told_once(
    guarded: Desk,
) -> None:
    guarded.take("s1", row(1, **JON))
    (second,) = guarded.take("s2", row(1, email="other@candidates.example", **JON))
    assert second.verdict.status == "held"
    assert "belongs to somebody else" in note(second)
    assert "namesake" not in waits(second)


def test_the_same_news_under_another_application_is_held(guarded: Desk) -> None:
    (first,) = guarded.take("s1", row(1))
    (second,) = guarded.take("s2", row(1, application_id="B-1"))
    assert waits(second) == ("repeat",)
    assert str(first.verdict.entry) in note(second)


def test_the_same_news_twice_in_a_file_is_held_once(guarded: Desk) -> None:
    one, other = guarded.take("s1", row(1), row(1, application_id="B-1"))
    assert (one.verdict.status, other.verdict.status) == ("queued", "held")
    assert "(row 2 of the same file)" in note(other)


def test_a_large_batch_is_held_whole_and_withdrawals_are_not(guarded: Desk) -> None:
    rows = [row(number, **person(number)) for number in range(26)]
    answers = guarded.take("s1", *rows, row(99, "withdrawn", **person(99)))
    assert {waits(each) for each in answers[:26]} == {("batch",)}
    assert "more than 25 new decisions" in note(answers[0])
    assert answers[26].verdict.status == "done"


def test_what_is_known_already_or_refused_makes_no_batch_large(guarded: Desk) -> None:
    known = [row(number, **person(number)) for number in range(25)]
    assert {each.verdict.status for each in guarded.take("s1", *known)} == {"queued"}
    refused = row(50, **person(50)) | {"outcome": "maybe"}
    grown = guarded.take("s2", *known, refused, row(30, **person(30)), row(30, **person(30)))
    assert [each.verdict.status for each in grown[25:]] == ["refused", "queued", "duplicate"]


def test_the_share_of_good_news_is_judged_by_what_was_usual(guarded: Desk) -> None:
    for start in (0, 20):
        guarded.take(f"s{start}", *(row(n, **person(n)) for n in range(start, start + 20)))
    wrong = guarded.take("wrong", *(row(n, "offer", **person(n)) for n in range(50, 56)))
    assert {waits(each) for each in wrong} == {("batch",)}
    assert "6 of 6 decisions of the batch are good news, 0 of 40 are usual" in note(wrong[0])
    (one,) = guarded.take("one", row(60, "offer", **person(60)))
    assert one.verdict.status == "queued"


def test_a_batch_that_a_crash_left_half_taken_is_judged_as_the_first_time(
    store: Store, tmp_path: Path
) -> None:
    guarded = desk(store, tmp_path, BATCH_SIZE="120")
    rows = [row(number, **person(number)) for number in range(130)]
    guarded.take("s1", *rows, crash_after=100)
    again = guarded.take("s1", *rows)
    assert {each.verdict.status for each in again} == {"held"}
    assert len({note(each) for each in again}) == 1
    found = list(views.entries(store, views.Asked()))
    assert [each["why"] for each in found] == ["batch"] * 130


def test_what_changed_since_the_crash_does_not_divide_a_batch(store: Store, tmp_path: Path) -> None:
    rows = [row(number, **person(number)) for number in range(130)]
    desk(store, tmp_path, BATCH_SIZE="120").take("s1", *rows, crash_after=100)
    desk(store, tmp_path, BATCH_SIZE="200").take("s1", *rows)
    found = list(views.entries(store, views.Asked()))
    assert [each["why"] for each in found] == ["batch"] * 130


def test_a_batch_is_let_go_by_a_second_person_whatever_the_word(guarded: Desk) -> None:
    answers = guarded.take("s1", *(row(n, **person(n), decided_by="Dana") for n in range(26)))
    found = views.find(guarded.store, str(answers[0].verdict.entry))

    def let_go(by: str) -> None:
        outbox.act(guarded.store, found.id, lambda waits: verbs.release(NOW, waits), by=by, now=NOW)

    with pytest.raises(NotAllowed, match="somebody else"):
        let_go("dana")
    let_go("lena")
    assert state(guarded, str(answers[0].verdict.entry)) == ("queued", None)


def test_a_file_of_namesakes_taken_again_after_a_crash_says_the_same(guarded: Desk) -> None:
    rows = [row(1, **JON), row(2, **JOHN)]
    first = guarded.take("s1", *rows, crash_after=2)
    again = guarded.take("s1", *rows)
    assert [each.verdict for each in again] == [each.verdict for each in first]


def test_a_doubtful_batch_supersedes_nothing_until_somebody_let_it_go(guarded: Desk) -> None:
    (right,) = guarded.take("right", row(1, **person(1)))
    wrong = guarded.take("wrong", *(row(n, "offer", **person(n)) for n in range(1, 27)))
    assert waits(wrong[0]) == ("batch",)
    token = str(right.verdict.entry)
    assert state(guarded, token) == ("held", "contradiction")
    both = str(wrong[0].verdict.entry)
    assert state(guarded, both) == ("held", "contradiction")
    cancel(guarded.store, both)
    release(guarded.store, token)
    assert state(guarded, token)[0] == "queued"


def test_one_word_lets_all_go_that_wait_for_the_same_and_never_by_who_decided(
    guarded: Desk,
) -> None:
    rows = [row(n, **person(n), decided_by="dana@acme.example") for n in range(26)]
    answers = guarded.take("s1", *rows)
    first = str(answers[0].verdict.entry)
    dana = act_on_all(guarded.acting, first, "approve", by="Dana@acme.example", now=NOW)
    assert (len(dana.entries), len(dana.refused)) == (0, 26)
    boss = act_on_all(guarded.acting, first, "approve", by="boss@acme.example", now=NOW)
    assert {each.fields["status"] for each in boss.entries} == {"queued"}
    assert (len(boss.entries), boss.refused) == (26, [])


def test_what_waits_for_something_else_is_left_alone(guarded: Desk) -> None:
    rows = [row(n, **person(n)) for n in range(26)]
    answers = guarded.take("s1", *rows[:25], rows[25] | {"decided_on": "2020-01-01"})
    done = act_on_all(guarded.acting, str(answers[0].verdict.entry), "cancel", by="hr", now=NOW)
    assert len(done.entries) == 25
    assert state(guarded, str(answers[25].verdict.entry)) == ("held", "stale")


def test_one_word_about_a_notice_reaches_no_other_notice(guarded: Desk) -> None:
    made = [letter("hr@acme.example") for _ in range(2)]
    with guarded.store.write() as connection:
        for each in made:
            reports.put(connection, each.token, each, NOW)
    done = act_on_all(guarded.acting, made[0].token, "cancel", by="hr", now=NOW)
    assert len(done.entries) == 1
    assert state(guarded, made[1].token)[0] == "queued"
