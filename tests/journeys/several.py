"""Several command lines in one process, for what a test takes for granted: starting costs more than most of them do.

    several.py '[["connect", …], ["choose-primary", …]]'

Ends with the first exit code that is not 0.
"""

from __future__ import annotations

import json
import sys

from calsync_cli.cli.main import run

if __name__ == "__main__":
    for words in json.loads(sys.argv[1]):
        if code := run(words):
            sys.exit(code)
