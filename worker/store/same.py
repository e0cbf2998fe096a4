"""Which entries are about the same application; the rule is told in ``policy.standing``."""

from sqlalchemy import ColumnElement, and_, or_, select

from worker.lifecycle import Status
from worker.store.schema import entry


def same_application(application: str, person_and_job: str) -> ColumnElement[bool]:
    """The same id, or, where one of the two has none, the same address and job."""
    same_person = entry.c.person_and_job == person_and_job
    if not application.startswith("job:"):
        same_person = and_(same_person, entry.c.application.startswith("job:"))
    return or_(entry.c.application == application, same_person)


def has_newer(*statuses: Status) -> ColumnElement[bool]:
    """Whether there is a newer decision about the application of ``entry`` in one of these."""
    newer = entry.alias()
    without_id = or_(newer.c.application.startswith("job:"), entry.c.application.startswith("job:"))
    same = or_(
        newer.c.application == entry.c.application,
        and_(newer.c.person_and_job == entry.c.person_and_job, without_id),
    )
    found = select(newer.c.id).where(newer.c.id > entry.c.id, newer.c.status.in_(statuses), same)
    return found.correlate(entry).exists()
