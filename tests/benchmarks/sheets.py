"""The benchmark's rows: as many rejections as asked for, each of another candidate."""

import csv
from collections.abc import Iterator
from pathlib import Path

_SAME = {
    "first_name": "Ana",
    "job_title": "Data Analyst",
    "outcome": "rejected",
    "language": "en",
    "reason": "We were looking for hands-on experience with Kubernetes in production.",
    "recommendation": "Collect success metrics from your projects that you can share next time.",
}


def candidates(count: int) -> Iterator[str]:
    """The addresses in a sheet of that many rows."""
    return (f"c{number}@candidates.example" for number in range(1, count + 1))


def write_sheet(path: Path, count: int) -> None:
    """Write ``count`` rows as CSV, in memory that does not grow."""
    columns = ("email", "last_name", "application_id", *_SAME)
    with path.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(columns)
        for number, address in enumerate(candidates(count), 1):
            rows.writerow([address, f"Pérez {number}", f"A-{number}", *_SAME.values()])
