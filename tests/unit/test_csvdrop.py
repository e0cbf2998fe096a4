"""The drop folder: what becomes of a file that is taken."""

import os
from pathlib import Path

import pytest
from dropping import ANA, BEN, HEADER, RULES, WORDS, Clock, drop_at, names, put, table, take_all

from worker.errors import SettingsError
from worker.intake.sheets import open_sheet


def test_an_accepted_file_lies_in_done_beside_its_result(tmp_path: Path) -> None:
    drop = drop_at(tmp_path)
    put(drop, "decisions.csv")
    assert take_all(drop) == ["decisions.csv"]
    assert names(drop.folder) == [".taking", "done", "problems"]
    assert names(drop.folder / ".taking") == [".lock"]
    assert names(drop.folder / "done") == ["decisions.csv", "decisions.result.csv"]
    assert names(drop.folder / "problems") == []
    assert (drop.folder / "done/decisions.csv").read_text() == HEADER + ANA
    assert table(drop.folder / "done/decisions.result.csv") == [
        {"row": "2", "status": "queued", "entry": "e2", "problem": ""}
    ]


def test_refused_rows_lie_in_problems_as_they_were(tmp_path: Path) -> None:
    drop = drop_at(tmp_path)
    put(drop, "decisions.csv", HEADER + ANA + BEN)
    take_all(drop)
    assert table(drop.folder / "problems/decisions.csv") == [
        {"problem": "outcome: 'maybe' is not an outcome", "email": "ben@x.example", "name": "Ben",
         "job_title": "Analyst", "outcome": "maybe"}
    ]  # fmt: skip
    statuses = [row["status"] for row in table(drop.folder / "done/decisions.result.csv")]
    assert statuses == ["queued", "refused"]


def test_a_refused_file_lies_in_problems_with_a_text_for_people(tmp_path: Path) -> None:
    drop = drop_at(tmp_path)
    put(drop, "decisions.csv", "nothing,here\n")
    (file,) = drop.pending()
    drop.refuse(file, "the header lacks email.")
    assert names(drop.folder / "problems") == ["decisions.csv", "decisions.problem.txt"]
    assert names(drop.folder / "done") == []
    assert names(drop.folder / ".taking") == [".lock"]
    assert (drop.folder / "problems/decisions.csv").read_text() == "nothing,here\n"
    assert (drop.folder / "problems/decisions.problem.txt").read_text() == (
        "decisions.csv was not taken in: no row of it counts, and nobody was written to because "
        "of it.\n\nWhat is wrong: the header lacks email.\n\nHow to go on: the file lies beside "
        "this text, just as it was. Mend it, and put it into\n"
        f"{drop.folder} again, under any name.\n"
    )


def test_a_name_that_was_used_before_gets_a_number_and_nothing_is_overwritten(
    tmp_path: Path,
) -> None:
    drop = drop_at(tmp_path)
    for content in (HEADER + ANA, HEADER + BEN, HEADER):
        put(drop, "decisions.csv", content)
        take_all(drop)
    put(drop, "decisions.xlsx", b"no workbook")
    (file,) = drop.pending()
    drop.refuse(file, "broken")
    assert names(drop.folder / "done") == [
        "decisions.2.csv", "decisions.2.result.csv", "decisions.3.csv", "decisions.3.result.csv",
        "decisions.csv", "decisions.result.csv",
    ]  # fmt: skip
    assert names(drop.folder / "problems") == [
        "decisions.2.csv", "decisions.4.problem.txt", "decisions.4.xlsx",
    ]  # fmt: skip


def test_a_file_that_changes_while_it_is_taken_comes_again_as_a_new_submission(
    tmp_path: Path,
) -> None:
    clock = Clock()
    drop = drop_at(tmp_path, settle=2, clock=clock)
    path = put(drop, "decisions.csv")
    with path.open("a") as writer:
        (first,) = drop.pending(wait=clock.wait)
        with drop.report(first, open_sheet(first.path, WORDS, RULES)) as report:
            writer.write(BEN)
            writer.flush()
        drop.accept(first, report)
    assert names(drop.folder / "done") == []
    assert take_all(drop) == []
    clock.wait(2)
    (second,) = drop.pending()
    assert (second.name, second.stem) == ("decisions.csv", "decisions")
    assert second.submission != first.submission
    drop.refuse(second, "seen")
    assert (drop.folder / "problems/decisions.csv").read_text() == HEADER + ANA + BEN


def test_a_file_that_grew_is_not_refused_for_its_first_half(tmp_path: Path) -> None:
    drop = drop_at(tmp_path)
    put(drop, "decisions.csv", "email,na")
    (first,) = drop.pending()
    first.path.write_text(HEADER + ANA)
    drop.refuse(first, "the header lacks name")
    assert take_all(drop) == ["decisions.csv"]


@pytest.mark.parametrize(
    "name", ["with space.csv", "ünï~code~1.CSV", "a.b.c.csv", "new\nline.csv", "x" * 251 + ".csv"]
)
def test_any_name_can_be_taken(tmp_path: Path, name: str) -> None:
    drop = drop_at(tmp_path)
    put(drop, name)
    assert take_all(drop) == [name]
    stem = Path(name).stem[:180]
    filed = names(drop.folder / "done")
    assert filed == sorted([f"{stem}{Path(name).suffix}", f"{stem}.result.csv"])


def test_a_name_that_is_no_text_is_told_as_far_as_it_is(tmp_path: Path) -> None:
    drop = drop_at(tmp_path)
    (drop.folder / os.fsdecode(b"caf\xe9.csv")).write_text(HEADER + ANA)
    assert take_all(drop) == ["caf\N{REPLACEMENT CHARACTER}.csv"]


def test_a_drop_folder_that_cant_be_used_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "drop").write_text("a file")
    with pytest.raises(
        SettingsError, match=r"csv\.folder: .*drop can't be used: File exists; mend"
    ):
        drop_at(tmp_path)


def test_folders_that_somebody_removed_are_made_again(tmp_path: Path) -> None:
    drop = drop_at(tmp_path)
    (drop.folder / "done").rmdir()
    (drop.folder / "problems").rmdir()
    put(drop, "decisions.csv", HEADER + BEN)
    assert take_all(drop) == ["decisions.csv"]
    assert names(drop.folder / "problems") == ["decisions.csv"]
