"""Chromium without a window, told what to do through a pipe; one process makes many pictures.

The protocol is the Chrome DevTools Protocol, one JSON object and a zero octet for each message
(its page "remote-debugging-pipe"): commands go in by descriptor 3, answers come out by 4.
"""

import base64
import fcntl
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pictures.few_colours import COUNT, Counted, png

#: As root there is no sandbox to be had; what is shown here is our own.
_OPTIONS = (
    "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu",
    "--disable-lcd-text", "--hide-scrollbars", "--force-color-profile=srgb", "--no-first-run",
    "--disable-background-networking", "--disable-dev-shm-usage",
)  # fmt: skip

#: Becomes Chromium, with the pipes where it looks for them.
_BECOME = """\
import os, sys
commands, answers, *program = sys.argv[1:]
os.dup2(int(commands), 3)
os.dup2(int(answers), 4)
os.execvp(program[0], program)
"""


class Browser:
    """A context manager; ``program`` is Chromium's path."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._number = 0
        self._session: str | None = None
        self._told = [b""]

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="chromium-"))
            commands, self._to = _pipe()
            self._from, answers = _pipe()
            line = [self._program, *_OPTIONS, f"--user-data-dir={folder}", "about:blank"]
            self._process = subprocess.Popen(
                [sys.executable, "-c", _BECOME, f"{commands}", f"{answers}", *line],
                pass_fds=(commands, answers),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            os.close(commands)
            os.close(answers)
            stack.callback(self._end)
            self._attach()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def picture(self, page: Path, width: int, scale: float) -> bytes:
        """The whole page as a PNG; ``width`` in CSS pixels, each of them ``scale`` pixels wide."""
        size = {"width": width, "height": 200, "deviceScaleFactor": scale, "mobile": False}
        self._ask("Emulation.setDeviceMetricsOverride", **size)
        self._ask("Page.navigate", url=page.as_uri())
        self._until("Page.loadEventFired")
        height = self._ask("Page.getLayoutMetrics")["cssContentSize"]["height"]
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        shot = self._ask("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        return png(self._counted(f"data:image/png;base64,{shot['data']}"))

    def _counted(self, address: str) -> Counted:
        told = self._ask("Runtime.evaluate", expression=f"{COUNT}({json.dumps(address)})",
                         awaitPromise=True, returnByValue=True)["result"]["value"]  # fmt: skip
        pixels = base64.b64decode(told["pixels"])
        return Counted(told["width"], told["height"], told["colours"], pixels)

    def _attach(self) -> None:
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self._ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        self._ask("Page.enable")

    def _ask(self, method: str, **given: object) -> Mapping[str, Any]:
        self._number += 1
        asked = {"id": self._number, "method": method, "params": given}
        session = {"sessionId": self._session} if self._session else {}
        self._tell(json.dumps(asked | session).encode() + b"\0")
        while (told := self._next()).get("id") != self._number:
            pass  # what happened meanwhile
        if "error" in told:
            raise RuntimeError(f"{method}: {told['error']['message']}")
        result: Mapping[str, Any] = told["result"]
        return result

    def _tell(self, octets: bytes) -> None:
        while octets:
            octets = octets[os.write(self._to, octets) :]

    def _until(self, event: str) -> None:
        while self._next().get("method") != event:
            pass

    def _next(self) -> Mapping[str, Any]:
        while b"\0" not in self._told[-1]:
            self._told.append(os.read(self._from, 1 << 20))
            if not self._told[-1]:
                raise RuntimeError(f"{self._program} has ended")
        octets, _, rest = b"".join(self._told).partition(b"\0")
        self._told = [rest]
        told: Mapping[str, Any] = json.loads(octets)
        return told

    def _end(self) -> None:
        os.close(self._to)
        os.close(self._from)
        self._process.kill()
        self._process.wait()


def _pipe() -> tuple[int, int]:
    """Where one reads and where one writes, both beyond the descriptors that Chromium wants."""
    ends = os.pipe()
    found = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends)
    for end in ends:
        os.close(end)
    return found[0], found[1]
