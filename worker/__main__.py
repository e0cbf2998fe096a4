"""``python -m worker``: the command line. ``health`` is answered before anything heavy loads."""

import os
import sys
import time


def _main(argv: list[str]) -> int:
    if argv[:1] == ["health"]:
        from worker import health  # noqa: PLC0415 - it runs twice a minute, so nothing else loads

        return health.main(os.environ, time.time())
    os.umask(0o077)
    from worker.cli.main import main  # noqa: PLC0415 - see above

    return main(argv)


sys.exit(_main(sys.argv[1:]))
