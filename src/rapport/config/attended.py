"""`python -m rapport.config.attended MODULE …` is `python -m MODULE …`, for as long as whoever started it is there.

Whoever starts it holds the other end of its standard input and never writes. The system closes that end when its
holder dies, also of a `kill -9`, which nobody hears coming; then this process stops as if it had been asked to.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
import time

SECONDS_TO_STOP = 10


def main() -> None:
    del sys.argv[0]
    threading.Thread(target=_stop_when_alone, daemon=True).start()
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


def _stop_when_alone() -> None:
    os.read(0, 1)  # answers nothing, and not before the other end is closed
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(SECONDS_TO_STOP)
    os._exit(1)


if __name__ == "__main__":
    main()
