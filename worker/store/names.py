"""Who else is a candidate for a job. Reads only."""

from sqlalchemy import select

from worker.lifecycle import Kind
from worker.store.engine import Doors
from worker.store.schema import entry


def names_for(store: Doors, job_title: str, most: int) -> list[str]:
    """Names and addresses of the candidates for exactly that job title.

    The newest ``most`` of them, so that the answer is bounded however many applied.
    """
    wanted = (
        select(entry.c.name, entry.c.email)
        .where(entry.c.job_title == job_title, entry.c.kind == Kind.LETTER)
        .where(entry.c.name.is_not(None))
        .order_by(entry.c.id.desc())
        .limit(most)
    )
    with store.read() as connection:
        return [told for row in connection.execute(wanted) for told in row]
