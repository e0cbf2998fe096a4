"""Empty databases with all their tables: copies of one that ``upgrade`` made once.

To make one from nothing takes ten times as long; that this works is shown in ``test_upgrade`` and
by every command that is run in an empty home.
"""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from worker.store.engine import Store
from worker.store.upgrade import upgrade


@cache
def tables() -> bytes:
    """The octets of the file."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "followup.db"
        store = Store(f"sqlite:///{path}")
        upgrade(store)
        store.close()
        return path.read_bytes()


def lay(path: Path) -> None:
    """Let one lie there, unless there is a database already."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(tables())
