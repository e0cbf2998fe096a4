"""``./run pictures``: the pictures of the documentation anew, and the page that shows them.

Needs Debian's chromium. What is no longer to be seen is removed.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from pictures.browser import Browser
from pictures.index import FOLDER, PAGE, index
from pictures.sheets import Sheet, sheets, titles


def main() -> int:
    """Make them; the exit status."""
    program = shutil.which("chromium")
    if program is None:
        sys.stderr.write("pictures: chromium is not installed\n")
        return 1
    with Browser(program) as browser, tempfile.TemporaryDirectory() as folder:
        octets = sum(_make(sheet, browser, Path(folder) / "page.html") for sheet in sheets())
    _clear()
    PAGE.write_text(index(titles()), "utf-8")
    sys.stdout.write(f"{len(titles())} pictures, {octets / 1024:.0f} kB\n")
    return 0


def _make(sheet: Sheet, browser: Browser, page: Path) -> int:
    page.write_text(sheet.html, "utf-8")
    place = FOLDER / sheet.place
    place.parent.mkdir(parents=True, exist_ok=True)
    return place.write_bytes(browser.picture(page, sheet.width, sheet.scale))


def _clear() -> None:
    for path in FOLDER.rglob("*.png"):
        if path.relative_to(FOLDER).as_posix() not in titles():
            path.unlink()


if __name__ == "__main__":
    sys.exit(main())
