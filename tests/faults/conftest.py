"""Where the server that workers are forked from finds what it loads beforehand."""

import os
import sys

# Python 3.11's forkserver does not hand sys.path on to what it preloads (gh-117378).
os.environ["PYTHONPATH"] = os.pathsep.join(each for each in sys.path if each)
