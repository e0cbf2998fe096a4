"""The seed of what a test samples: pytest prints it on failure; FAULT_SEED gives it again."""

import os
import random


def dice() -> random.Random:
    """Random choices that can be had again."""
    seed = int(os.environ.get("FAULT_SEED") or random.randrange(10**6))
    print(f"FAULT_SEED={seed}")
    return random.Random(seed)
