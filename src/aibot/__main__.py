"""`python -m aibot`."""

import sys

from aibot.cli import main

if __name__ == "__main__":
    sys.exit(main())
