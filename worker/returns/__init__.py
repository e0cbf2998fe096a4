"""What comes back about our mail: bounces and other reports of delivery, and the quoting of ours.

Pure, for ``intake.opened``, which runs where it can be ended; the only user of flufl.bounce. It
reads and decides nothing: whether a report is believed, and what it moves, is for
``steps.returns``. A report is read by RFC 3464 where it is one, else by what flufl.bounce knows
of the formats of the wild; ours in it is only what bears one of our tokens. The mail that came
back inside is read for its header alone, never for decisions.

Nothing goes wrong: what can't be read is no return. Octets, lines, parts, depth, fields and
addresses are bounded before anything is searched, because everything here was written by
strangers.
"""

from worker.returns.reader import read_quotes, read_returned
from worker.returns.returned import Fate, Returned

__all__ = ["Fate", "Returned", "read_quotes", "read_returned"]
