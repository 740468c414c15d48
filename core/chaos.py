"""Named places where a process may be killed, to prove that nothing is lost or doubled there (`make chaos`).

Nothing happens unless CRASH_POINTS names the place: `CRASH_POINTS="after_call=0.2 before_finish=1"` kills the process
with SIGKILL, as the kernel would, in that share of the passings.
"""

import os
import random
import signal

CHANCES = {
    name: float(chance) for name, chance in (one.split("=") for one in os.environ.get("CRASH_POINTS", "").split())
}


def point(name: str) -> None:
    """A place where the process may end."""
    if CHANCES and random.random() < CHANCES.get(name, 0):
        os.kill(os.getpid(), signal.SIGKILL)
