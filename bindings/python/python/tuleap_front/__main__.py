"""The program `tuleap-front`, also `python -m tuleap_front`."""

from __future__ import annotations

import signal
import sys

from ._tuleap_front import run_program


def main() -> int:
    """Runs the program with the words of the command line; answers its exit status."""
    # It does not come back to the interpreter before it ends, so Ctrl-C must end it directly.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return run_program(["tuleap-front", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
