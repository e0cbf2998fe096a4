"""The contenders side by side: alternating runs on the same sheets against Postfix's smtp-sink.

A run counts only when every letter arrived exactly once and the contender's own record, where
it keeps one, says the same; else ``Failed`` ends the benchmark.
"""

import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.contenders import Contender
from benchmarks.figures import Series
from benchmarks.measure import Failed, Usage, measure
from benchmarks.sheets import candidates, write_sheet
from servers.postfix import Inbox, smtp_sink

#: A folder in memory, where Linux has one, and more bytes than the sink keeps of a letter.
_MEMORY, _LETTER = Path("/dev/shm"), 50_000

#: How smtp-sink(1) notes the envelope above each message that it dumps.
_RECIPIENT = re.compile(rb"^X-Rcpt-Args: <([^>]+)>", re.MULTILINE)


def race(
    contenders: Sequence[Contender], letters: int, pairs: int, say: Callable[[str], object]
) -> dict[str, Series]:
    """Everybody in turn, ``pairs`` times, in turning order; one letter first, then all.

    The run with one letter is what starting costs; it is taken off the other.
    """
    found = {each.name: Series(few=1, many=letters) for each in contenders}
    for pair in range(pairs):
        for each in contenders if pair % 2 == 0 else reversed(contenders):
            found[each.name].short.append(_run(each, 1))
            found[each.name].long.append(run := _run(each, letters))
            say(f"pair {pair + 1} of {pairs}: {each.name}, {letters} letters, {run.seconds:.1f} s")
    return found


def _run(contender: Contender, letters: int) -> Usage:
    with tempfile.TemporaryDirectory(prefix="followup-bench-") as place, _sink(letters) as sink:
        folder, sheet = Path(place) / "home", Path(place) / "decisions.csv"
        folder.mkdir()
        write_sheet(sheet, letters)
        command = contender.starts(sheet, folder, sink.port)
        used = measure(command)
        contender.proves(command, letters)
        check(contender.name, recipients(sink.letters()), candidates(letters))
        return used


@contextmanager
def _sink(letters: int) -> Iterator[Inbox]:
    """A sink that keeps in memory what it takes: its files would wait in line with the syncs."""
    roomy = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > letters * _LETTER
    with tempfile.TemporaryDirectory(dir=_MEMORY if roomy else None) as folder:
        Path(folder).chmod(0o777)  # the sink runs as nobody
        with smtp_sink("-d", f"{folder}/letter.", keep=False) as sink:
            yield Inbox(sink.port, Path(folder))


def recipients(letters: Iterable[bytes]) -> Iterator[str]:
    """Who was written to, as the envelope says it, once for each letter."""
    for letter in letters:
        yield from (found.decode("ascii") for found in _RECIPIENT.findall(letter))


def check(name: str, arrived: Iterable[str], wanted: Iterable[str]) -> None:
    """Raises ``Failed`` unless each candidate got one letter, and nobody else any."""
    took, asked = Counter(arrived), Counter(wanted)
    if lost := asked - took:
        raise Failed(f"{name}: letters lost: {lost.total()}, as to {next(iter(lost))}")
    if more := took - asked:
        raise Failed(f"{name}: letters too many: {more.total()}, as to {next(iter(more))}")
