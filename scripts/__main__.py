"""`python3 -m scripts COMMAND`: the Makefile's commands.

Nothing here may need a newer Python than the oldest that still understands annotations: its first
duty is to say, in one line, that the Python it got is too old.
"""

import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
NEWER_NAMES = ["python3.14", "python3.13", "python3.12", "python3.11"]


def newer_python():
    """The path of a new enough Python under another name, or None."""
    for name in NEWER_NAMES:
        path = shutil.which(name)
        if path and subprocess.call([path, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            return path
    return None


def main(arguments):
    if sys.version_info < OLDEST:
        path = newer_python()
        if path:
            os.execv(path, [path, "-m", "scripts", *arguments])
        sys.stderr.write(
            "This is Python {}.{}. Install Python {}.{} or newer, then run this again.\n".format(
                *sys.version_info[:2], *OLDEST
            )
        )
        return 1
    from scripts.commands import command_run

    return command_run(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
