"""``./run soak``: a worker in bad weather, killed again and again; then the oracle's word.

Real worker processes on SQLite take spreadsheets and decision mails and send through a server that
breaks off, refuses and falls silent, while the mailbox goes away, the disk fills up, another
process locks the database, and kill -9 comes at any moment. All of that follows from the seed; how
far the worker's threads are when it comes does not.
"""

import argparse
import random
import shlex
import shutil
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from faults import oracle
from faults.oracle import Figures

from soak import plan
from soak.field import Field, laid_out, live, opened, resume, retire, send_now, supervise
from soak.page import PAGE, write_line
from worker.lifecycle import Status
from worker.store import views

#: Seconds without kills after which what still moves counts as lost.
PATIENCE = 600.0


class Story(NamedTuple):
    """What a soak came to; ``problems`` in words."""

    line: str
    problems: Sequence[str]


def main(argv: Sequence[str]) -> int:
    """Run it; its exit status."""
    asked = _asked(argv)
    begun = time.monotonic()
    story = soak(asked.seed, asked.letters, asked.kills, until=begun + asked.minutes * 60)
    for problem in story.problems[:20]:
        _say(problem)
    sys.stdout.write(f"{story.line}\n")
    if asked.write is not None and not story.problems:
        told = [
            each for each in argv if each != str(asked.write)
        ]  # where it lies is nobody's matter
        command = shlex.join(["./run", "soak", *told])
        write_line(asked.write, story.line, command, datetime.now(UTC).date())
    return 1 if story.problems else 0


def _asked(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run soak", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6),
                        help="the same weather as another run")  # fmt: skip
    parser.add_argument("--letters", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=60, help="kill no more after that")
    parser.add_argument("--write", type=Path, nargs="?", const=PAGE, metavar="FILE",
                        help="write the line into docs/reliability.md")  # fmt: skip
    return parser.parse_args(argv)


def soak(seed: int, letters: int, kills: int, *, until: float) -> Story:
    """All of it: kills in bad weather, then bad weather alone, then the oracle."""
    begun, lived = time.monotonic(), 0
    _say(f"seed {seed}: {letters} letters, {kills} kills")
    with laid_out(seed, with_imap=_has("dovecot")) as ground:
        for number, life in enumerate(plan.rounds(seed, letters, kills)):
            if time.monotonic() > until:
                break
            live(ground, life, number)
            lived += 1
            if lived % 10 == 0:
                _say(
                    f"{lived} kills, {len(ground.storm.copies)} copies, {ground.restarts} restarts"
                )
        rested = _come_to_rest(ground)
        found = _ask(ground)
        faults = sum((ground.storm.faults + ground.faults).values())
    problems = [*found.problems, *([] if rested else ["it does not come to rest"])]
    line = _line(seed, lived, faults, figures=found.figures, seconds=time.monotonic() - begun)
    return Story(line, problems)


def _has(program: str) -> bool:
    """Whether this machine has it; REQUIRE_SERVERS asks elsewhere."""
    return shutil.which(program) is not None or bool(shutil.which(program, path="/usr/sbin"))


def _come_to_rest(ground: Field) -> bool:
    """A last worker, until nothing moves; it has to end by itself when it is told to.

    The mail server is no better than before.
    """
    deadline = time.monotonic() + PATIENCE
    while not (rested := _rests(ground)) and time.monotonic() < deadline:
        supervise(ground)
        time.sleep(1)
        resume(ground)
        send_now(ground)
    return retire(ground) and rested


def _rests(ground: Field) -> bool:
    folder = ground.home / "var" / "drop"
    if any(folder.glob("*.csv")) or any(folder.glob(".taking/*/*")):
        return False
    if ground.imap is not None and ground.imap.messages():
        return False
    with opened(ground) as store:
        moving = views.Asked(status=[Status.QUEUED, Status.SENDING], kind=None, limit=1)
        return not list(views.entries(store, moving))


def _ask(ground: Field) -> oracle.Finding:
    with opened(ground) as store:
        return oracle.find(store, ground.storm.copies, handed_in=ground.handed_in,
                           drop=ground.home / "var" / "drop")  # fmt: skip


def _line(seed: int, kills: int, faults: int, *, figures: Figures, seconds: float) -> str:
    return (
        f"soak seed={seed} letters={figures.letters} kills={kills} faults={faults}"
        f" doubles={figures.doubles} lost={figures.lost} unsure={figures.unsure}"
        f" in {seconds:.0f} s"
    )


def _say(text: str) -> None:
    sys.stderr.write(f"soak: {text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
