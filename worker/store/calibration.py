"""What test messages showed of an account; the newest of each account counts."""

from dataclasses import asdict, fields

from sqlalchemy import insert, select

from worker.policy.calibration import Calibration
from worker.store.engine import Store
from worker.store.records import calibration


def record(store: Store, found: Calibration) -> None:
    """Keep it beside the older ones."""
    with store.write() as connection:
        connection.execute(insert(calibration).values(asdict(found)))


def latest(store: Store, account: str) -> Calibration | None:
    """The newest of this account."""
    wanted = (
        select(calibration)
        .where(calibration.c.account == account)
        .order_by(calibration.c.at.desc(), calibration.c.id.desc())
        .limit(1)
    )
    with store.read() as connection:
        row = connection.execute(wanted).mappings().first()
    return (
        Calibration(**{each.name: row[each.name] for each in fields(Calibration)}) if row else None
    )
