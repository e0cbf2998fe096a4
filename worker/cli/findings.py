"""What ``check`` found out about one thing: how it stands, and what to do about it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from rich.console import Console

from worker.cli import look

GOOD, BAD, NOTE = "ok", "problem", "note"
_MARKS = {GOOD: ("✓", "green"), BAD: ("✗", "red"), NOTE: ("•", "yellow")}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it stands (ok, problem, note), and what to do about it."""

    check: str
    mark: str
    text: str
    mend: str = ""


def show(findings: Iterable[Finding], *, as_json: bool) -> bool:
    """Print each as it comes; True when something is to mend."""
    console = Console(highlight=False)
    bad = False
    for finding in findings:
        bad = bad or finding.mark == BAD
        if as_json:
            look.write_lines([asdict(finding)])
            continue
        sign, style = _MARKS[finding.mark]
        console.print(f"{sign} {finding.check}: {finding.text}", style=style, markup=False)
        if finding.mend:
            console.print(f"    {finding.mend}", markup=False)
    return bad
