"""Holds the project to its level table: what may import what, and who owns which library.

The tables are the rule (docs/architecture.md draws them); the tests read every import and call
under worker/ from the source. A new module has to take its place in LEVELS first.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

#: A module imports only from lower levels. Names are below ``worker``; a package stands for all
#: that is in it.
LEVELS = {
    "errors": 0, "address": 0, "homograph": 0, "columns": 0, "decision": 0, "reading": 0,
    "letter": 0, "plain": 0, "wire": 0, "lifecycle": 0, "verbs": 0, "result": 0, "policy": 0,
    "settings": 1, "retry": 1, "catalogue": 1, "render": 1, "lint": 1, "intake": 1, "store": 1,
    "delivery": 1, "returns": 1, "oauth": 1, "notices": 1, "log": 1, "health": 1,
    "calendars": 1, "invitation": 1,
    "steps": 2,
    "loop": 3,
    "cli": 4,
    "__main__": 5,
}  # fmt: skip

#: On level 1 siblings do not know each other, with these exceptions: who, whom, and why.
ACQUAINTED = {
    ("lint", "render"): "the linter looks at what comes out of the templates",
    ("notices", "render"): "a notice is made from a template, too",
    ("delivery", "retry"): "opening a session is tried a few times",
    ("intake", "retry"): "same, for the mailbox",
    ("intake", "returns"): "a mail is opened in one place, whatever it may be",
}

#: Each library has one owner, so that a change of library is a change in one place.
OWNERS = {
    "jinja2": ("render",),
    "markupsafe": ("render",),
    "css_inline": ("render",),
    "babel": ("render",),
    "imapclient": ("intake.mailbox",),
    "msal": ("oauth",),
    "google": ("oauth",),
    "requests": ("oauth",),
    "authres": ("intake.proof",),
    "dkim": ("intake.dkimproof", "intake.dkimtags"),
    "dns": ("intake.txt",),
    "flufl": ("returns",),
    "csv": ("intake",),
    "python_calamine": ("intake",),
    "smtplib": ("delivery",),
    "ssl": ("delivery", "intake.mailbox"),
    "sqlalchemy": ("store",),
    "alembic": ("store",),
    "sqlite3": ("store",),
    "psycopg": ("store",),
    "tenacity": ("retry",),
    "pydantic": ("settings",),
    "pydantic_core": ("settings",),
    "pydantic_settings": ("settings",),
    "structlog": ("log",),
    "typer": ("cli",),
    "holidays": ("calendars",),
    "rich": ("cli",),
    "email_validator": ("address",),
    "regex": ("homograph",),
    "icalendar": ("invitation",),
    "imaplib": ("intake.mailbox",),
    # The process that opens mail: started and ended, told what it needs, bounded by the kernel.
    "subprocess": ("intake.jail",),
    "pickle": ("intake.jail", "intake.jailed"),
    "resource": ("intake.jailed",),
    "signal": ("loop", "cli", "intake.jail", "intake.jailed"),
    # Beside the loop: one lock for the one writer and for each file beside the database, one for
    # the login that all senders share, the event that ends a wait, the catcher.
    "threading": (
        "loop", "cli", "store.engine", "store.spill", "store.fence", "retry", "intake.mailbox",
        "oauth.tokens", "delivery.catcher", "delivery.shelf",
    ),
}  # fmt: skip

#: What the pure level has no use for.
IMPURE = {
    "asyncio", "logging", "os", "pathlib", "random", "secrets", "shutil", "socket", "subprocess",
    "tempfile", "time",
}  # fmt: skip

#: Up to this level time comes in as an argument.
CLOCKLESS = 2
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
READS_ENVIRONMENT = ("cli", "__main__")


@dataclass(frozen=True)
class Module:
    name: str
    tree: ast.Module

    @property
    def family(self) -> str:
        return self.name.partition(".")[0]

    @property
    def level(self) -> int:
        return LEVELS[self.family]

    def belongs_to(self, owners: tuple[str, ...]) -> bool:
        return any(f"{self.name}.".startswith(f"{owner}.") for owner in owners)


def modules() -> Iterator[Module]:
    for path in sorted((ROOT / "worker").rglob("*.py")):
        parts = path.relative_to(ROOT / "worker").with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        if name:
            yield Module(name, ast.parse(path.read_text("utf-8"), str(path)))


MODULES = list(modules())
NAMES = {module.name for module in MODULES}
each_module = pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)


def imported(tree: ast.AST) -> set[str]:
    """Dotted names of all that is imported, in functions and for type checkers as well."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{'.' * node.level}{node.module or ''}.{each.name}" for each in node.names}
    return found


def own_imports(module: Module) -> set[str]:
    """Which of our modules it imports; ``worker.store.engine.commit`` is ``store.engine``."""
    below = {name.removeprefix("worker.") for name in imported(module.tree) if "worker." in name}
    return {name if name in NAMES else name.rpartition(".")[0] for name in below} - {""}


def strangers(module: Module) -> set[str]:
    """What it imports of us and should not know: higher levels, and siblings of level 1 up."""
    return {
        name
        for name in own_imports(module)
        if (family := name.partition(".")[0]) != module.family
        and LEVELS[family] >= max(module.level, 1)
        and (module.family, family) not in ACQUAINTED
    }


def dotted(node: ast.AST) -> str:
    """``datetime.now`` of ``datetime.now`` and of ``dt.datetime.now``."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value).rpartition('.')[2]}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


@each_module
def test_every_module_has_its_place_in_the_table(module: Module) -> None:
    assert module.family in LEVELS


@each_module
def test_a_module_imports_only_from_lower_levels_and_its_own_family(module: Module) -> None:
    assert not strangers(module)


@each_module
def test_a_library_is_imported_by_its_owner_alone(module: Module) -> None:
    libraries = {name.partition(".")[0] for name in imported(module.tree)} & OWNERS.keys()
    assert not {name for name in libraries if not module.belongs_to(OWNERS[name])}


@each_module
def test_every_library_beyond_python_has_an_owner(module: Module) -> None:
    libraries = {name.partition(".")[0] for name in imported(module.tree)}
    assert not libraries - OWNERS.keys() - sys.stdlib_module_names - {"worker"}


@each_module
def test_the_pure_level_stays_pure(module: Module) -> None:
    if module.level == 0:
        assert not {name.partition(".")[0] for name in imported(module.tree)} & IMPURE


@each_module
def test_time_comes_in_as_an_argument_below_the_loop(module: Module) -> None:
    if module.level <= CLOCKLESS:
        assert not {dotted(node) for node in ast.walk(module.tree)} & CLOCKS


@each_module
def test_the_environment_is_read_at_the_door_alone(module: Module) -> None:
    if not module.belongs_to(READS_ENVIRONMENT):
        read = {dotted(node) for node in ast.walk(module.tree)} | imported(module.tree)
        assert not read & {"os.environ", "os.getenv"}


def test_the_tables_name_nothing_twice_and_no_level_is_skipped() -> None:
    assert sorted(set(LEVELS.values())) == [0, 1, 2, 3, 4, 5]
    assert {name for pair in ACQUAINTED for name in pair} <= LEVELS.keys()


@pytest.mark.parametrize(
    ("name", "source", "expected"),
    [
        ("render.letters", "from worker import retry", {"retry"}),
        ("render.letters", "def f():\n    from worker.store.engine import begin", {"store.engine"}),
        ("decision", "import worker.steps.send", {"steps.send"}),
        ("lint", "from worker.render import Renderer", set()),
        ("steps.send", "from worker.store.outbox import settle", set()),
        ("errors", "from worker.decision import Decision", set()),
    ],
)
def test_an_import_against_the_table_is_seen(name: str, source: str, expected: set[str]) -> None:
    assert strangers(Module(name, ast.parse(source))) == expected


def test_a_clock_is_seen_by_whatever_name_datetime_goes() -> None:
    tree = ast.parse("import datetime as dt\nx = dt.date.today()\ny = dt.datetime.now")
    assert {dotted(node) for node in ast.walk(tree)} >= {"date.today", "datetime.now"}
