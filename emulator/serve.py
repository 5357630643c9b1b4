"""Serves MiniStack with the patches of this folder, in the foreground, until it is told to stop or whoever started it is gone."""

import logging
import os
import signal
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from patches import apply_all  # noqa: E402 - found by the line above
from patches.fingerprint import PatchError  # noqa: E402


def stop_when_the_starter_is_gone() -> None:
    """Its end of the pipe closes even if it was killed, so no emulator outlives the test run that started it."""
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    try:
        apply_all()
    except PatchError as error:
        raise SystemExit(f"emulator: {error}") from None

    if os.environ.get("EMULATOR_STOP_ON_STDIN_CLOSED") == "1":
        threading.Thread(target=stop_when_the_starter_is_gone, daemon=True).start()

    # One line per request adds nothing to the services' own lines.
    logging.getLogger("hypercorn.access").setLevel(logging.WARNING)

    from ministack.app import main as serve

    serve()


if __name__ == "__main__":
    main()
