"""Name every missing prerequisite at once, with the package that brings it. Runs before anything is installed.

Usage: ``python3 docker/prerequisites.py [python|all]``; exit 0 when all is there, else 2 with a list.
Standard library only, and any Python 3 can run it, so that it can say that Python is too old.
"""

import re
import shutil
import subprocess
import sys


def python_problems():
    if sys.version_info < (3, 11):
        yield (
            "Python 3.11 or later (this is %d.%d): apt-get install python3.11 python3.11-venv, then make PYTHON=python3.11"
            % sys.version_info[:2]
        )
    else:
        try:
            import ensurepip  # noqa: F401
            import venv  # noqa: F401
        except ImportError:
            yield "the Python venv module: apt-get install python3-venv"


def java_version(program):
    """The major version that ``program -version`` prints, or 0."""
    try:
        said = subprocess.run([program, "-version"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.search(r"(\d+)(?:\.\d+)*", said.stderr + said.stdout)
    return int(found.group(1)) if found else 0


def java_problems():
    if java_version("javac") < 17:
        yield "a Java development kit, 17 or later (javac): apt-get install openjdk-17-jdk-headless"
    if not shutil.which("mvn"):
        yield "Apache Maven (mvn): apt-get install maven"


def main(what):
    problems = list(python_problems()) + (list(java_problems()) if what == "all" else [])
    for problem in problems:
        sys.stderr.write("heimveg needs %s\n" % problem)
    return 2 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "all"))
