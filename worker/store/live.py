"""Which letters may go while the shadow lies over the others. For ``pauses`` and ``shadow``."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, or_, select

from worker.decision import Outcome
from worker.lifecycle import Kind
from worker.store.schema import entry
from worker.store.schema import journal as lines
from worker.verbs import OUT_OF_SHADOW


def is_live(live: Collection[Outcome]) -> ColumnElement[bool]:
    """A notice, a letter of an outcome that is live, or one that a person let out of the shadow."""
    (name, shadow) = next(iter(OUT_OF_SHADOW.items()))
    let_out = select(lines.c.id).where(
        lines.c.entry == entry.c.id,
        lines.c.event == "released",
        lines.c.detail[name].as_string() == shadow,
    )
    return or_(entry.c.kind != Kind.LETTER, entry.c.outcome.in_(live), let_out.exists())
