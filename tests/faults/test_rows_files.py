"""Rows 35 and 42 to 44: spreadsheets that are strange, late, hostile, or there twice."""

import itertools
import os
from pathlib import Path

import pytest
from servers.scripted import ScriptedServer
from workplace import as_csv, row

from faults.copies import received
from faults.scene import Scene
from faults.seed import dice


def drop_of(scene: Scene) -> Path:
    folder = scene.home / "var" / "drop"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def names(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()} if folder.is_dir() else set()


def test_row_35_the_same_file_re_saved_renamed_or_longer_sends_only_what_is_new(
    tmp_path: Path,
) -> None:
    with ScriptedServer() as server:
        scene = Scene(tmp_path, server.port)
        for number, rows in enumerate([[1, 2], [1, 2], [2, 1], [1, 2, 3]]):
            scene.drop(*(row(each) for each in rows), name=f"again-{number}.csv")
            scene.work_until_it_rests()
    assert scene.holds(received(server.kept)).copies == 3


def test_row_35_the_same_candidate_decided_otherwise_waits_for_a_person(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        scene = Scene(tmp_path, server.port)
        scene.drop(row(1), row(1, "advanced"))
        scene.work_until_it_rests()
    assert [each["status"] for each in scene.entries()] == ["held", "held"]
    assert scene.holds(received(server.kept)).copies == 0


def test_row_42_a_file_that_is_still_written_waits_and_is_then_taken_whole(tmp_path: Path) -> None:
    content = as_csv([row(1), row(2)])
    with ScriptedServer() as server:
        scene = Scene(tmp_path, server.port, FOLLOWUP_CSV__SETTLE="0.3s")
        part = drop_of(scene) / "slow.csv"
        with part.open("wb") as stream:
            stream.write(content[: len(content) // 2])
            stream.flush()
            with scene.worker() as worker:
                assert list(worker.files.drop.pending()) == []
                stream.write(content[len(content) // 2 :])
                stream.flush()
                assert list(worker.files.drop.pending()) == []  # it changed a moment ago
        scene.handed_in |= {"c1@candidates.example", "c2@candidates.example"}
        scene.work_until_it_rests()
    assert scene.holds(received(server.kept)).copies == 2


@pytest.mark.parametrize("name", [".d.csv", "~$d.csv", "d.csv.tmp", "d.csv.part", "d.exe"])
def test_row_42_what_is_not_ready_or_no_spreadsheet_is_left_alone(
    tmp_path: Path, name: str
) -> None:
    with ScriptedServer() as server:
        scene = Scene(tmp_path, server.port)
        (drop_of(scene) / name).write_bytes(as_csv([row(1)]))
        scene.work()
        assert name in names(drop_of(scene))
        (drop_of(scene) / name).rename(drop_of(scene) / "ready.csv")
        scene.work_until_it_rests()
    assert scene.holds(received(server.kept)).copies == 1


@pytest.mark.parametrize("kind", ["symlink", "fifo", "folder"])
def test_row_42_what_is_no_plain_file_is_never_read(tmp_path: Path, kind: str) -> None:
    with ScriptedServer() as server:
        scene = Scene(tmp_path, server.port)
        secret, bait = tmp_path / "elsewhere.csv", drop_of(scene) / "bait.csv"
        secret.write_bytes(as_csv([row(1)]))
        lay(kind, bait, secret)
        scene.drop(row(2), name="good.csv")
        scene.work_until_it_rests()
    assert [each["email"] for each in scene.entries()] == ["c2@candidates.example"]
    assert "bait.csv" in names(drop_of(scene))
    assert secret.exists()
    assert scene.holds(received(server.kept)).copies == 1


def lay(kind: str, bait: Path, secret: Path) -> None:
    match kind:
        case "symlink":
            bait.symlink_to(secret)
        case "fifo":
            os.mkfifo(bait)
        case _:
            bait.mkdir()


HEADER = "email,name,job_title,outcome,next_step,update_on\n"
ANA = "ana@x.example,Ana,Analyst,thank_you,Talk,2027-01-20\n"

#: Whole files of which nothing may be taken in.
BROKEN = {
    "unbalanced quote": HEADER + ANA + 'ben@x.example,"Ben,Analyst,thank_you,Talk,2027-01-20\n',
    "header twice": "email,email,name,job_title,outcome\na@x.example,b@x.example,A,B,rejected\n",
    "header missing": "email,name,job_title\nana@x.example,Ana,Analyst\n",
    "no header": "",
    "zero octets": "\0\0\0\0",
    "NUL in a cell": HEADER + "ana@x.example,A\0na,Analyst,thank_you,Talk,2027-01-20\n",
    "long cell": HEADER + f"ana@x.example,Ana,Analyst,thank_you,{'x' * 200_000},2027-01-20\n",
    "binary": "\x7fELF\x02\x01\x01 not a spreadsheet",
}


@pytest.mark.parametrize("fault", BROKEN)
def test_row_43_a_file_that_is_broken_sends_nothing_and_says_why(
    tmp_path: Path, fault: str
) -> None:
    with ScriptedServer() as server:
        scene = Scene(tmp_path, server.port)
        (drop_of(scene) / "broken.csv").write_bytes(BROKEN[fault].encode())
        scene.work_until_it_rests()
    assert server.kept == []
    told = names(drop_of(scene) / "problems")
    assert told, "nobody was told"
    assert any(each.endswith((".problem.txt", ".csv")) for each in told)


#: Rows that are refused one by one, while good ones beside them go.
RAGGED = [
    "ben@x.example,Ben,Analyst\n",
    "ben@x.example,Ben,Analyst,thank_you,Talk,2027-01-20,more,and more\n",
    "ben@x.example,Ben,Analyst,maybe,Talk,2027-01-20\n",
    '"ben@x.example, eve@x.example",Ben,Analyst,thank_you,Talk,2027-01-20\n',
    ",Ben,Analyst,thank_you,Talk,2027-01-20\n",
]


@pytest.mark.parametrize("line", RAGGED)
def test_row_43_a_row_that_is_broken_is_refused_and_the_others_go(
    tmp_path: Path, line: str
) -> None:
    with ScriptedServer() as server:
        scene = Scene(tmp_path, server.port)
        (drop_of(scene) / "rows.csv").write_bytes((HEADER + ANA + line).encode())
        scene.work_until_it_rests()
    assert [recipient for recipient, _ in server.kept] == ["ana@x.example"]
    assert names(drop_of(scene) / "problems") == {"rows.csv"}
    scene.holds(received(server.kept))


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"]
DELIMITERS = [",", ";", "\t", "|"]
NEWLINES = ["\n", "\r\n"]
ROW = "Zoë Müller,Analyst,thank_you,Talk,2027-01-20"


def test_row_43_every_encoding_delimiter_and_newline_reads_the_same_name(tmp_path: Path) -> None:
    grid = dice().sample(list(itertools.product(ENCODINGS, DELIMITERS, NEWLINES)), 15)
    with ScriptedServer() as server:
        scene = Scene(tmp_path, server.port)
        for number, (encoding, delimiter, newline) in enumerate(grid):
            lines = f"email,name,job_title,outcome,next_step,update_on\nc{number}@x.example,{ROW}"
            text = f"{lines}\n".replace(",", delimiter).replace("\n", newline)
            mark = "\ufeff" if encoding == "utf-16-le" else ""
            (drop_of(scene) / f"{number}.csv").write_bytes((mark + text).encode(encoding))
        scene.work_until_it_rests()
    assert {each["name"] for each in scene.entries()} == {"Zoë Müller"}
    assert sorted(recipient for recipient, _ in server.kept) == sorted(
        f"c{number}@x.example" for number in range(len(grid))
    )


FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", '=HYPERLINK("http://x.example")']


@pytest.mark.parametrize("formula", FORMULAS)
def test_row_44_a_formula_comes_back_only_in_the_rows_that_were_refused(
    tmp_path: Path, formula: str
) -> None:
    """Refused rows come back as they were, to be mended; the result file quotes no cell."""
    with ScriptedServer() as server:
        scene = Scene(tmp_path, server.port)
        scene.drop(row(1), {**row(2), "email": formula})
        scene.handed_in.discard(formula)
        scene.work_until_it_rests()
    result = (drop_of(scene) / "done" / "decisions.result.csv").read_text("utf-8-sig")
    cells = [cell for line in result.splitlines() for cell in line.split(",")]
    assert not [cell for cell in cells if cell.lstrip('"')[:1] in {"=", "+", "-", "@", "\t"}]
    scene.holds(received(server.kept))
