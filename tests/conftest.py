"""What every test session shares: at its end it tells figures, and names what was not run.

``servers.need`` decides on a missing server: a skip, or with REQUIRE_SERVERS=1 a failure.
"""

from collections import Counter

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    _tell_figures(terminalreporter)
    _tell_skipped(terminalreporter)


def _tell_figures(terminalreporter: pytest.TerminalReporter) -> None:
    """What a test found out and recorded as its ``figure``."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "figure" and report.when == "call":
                terminalreporter.line(f"{report.nodeid.partition('::')[0]}: {value}")


def _tell_skipped(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = Counter(_reason(report) for report in terminalreporter.getreports("skipped"))
    if not skipped:
        return
    terminalreporter.section("NOT RUN on this machine")
    for reason, count in sorted(skipped.items()):
        terminalreporter.line(f"{count:5} tests: {reason}")
    terminalreporter.line("As root on Debian or Ubuntu, ./run test installs the servers it needs.")
    terminalreporter.line("REQUIRE_SERVERS=1 makes a failure of whatever can't be run.")


def _reason(report: pytest.TestReport) -> str:
    where = report.longrepr  # a skip carries (file, line, reason)
    return where[2].removeprefix("Skipped: ") if isinstance(where, tuple) else str(where)
