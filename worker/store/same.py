"""Which entries are about the same application; the rule is told in ``policy.standing``."""

from sqlalchemy import ColumnElement, and_, or_

from worker.store.schema import entry


def same_application(application: str, person_and_job: str) -> ColumnElement[bool]:
    """The same id, or, where one of the two has none, the same address and job."""
    same_person = entry.c.person_and_job == person_and_job
    if not application.startswith("job:"):
        same_person = and_(same_person, entry.c.application.startswith("job:"))
    return or_(entry.c.application == application, same_person)
