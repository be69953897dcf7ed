"""The classroom: hand out, collect, grade and give back the book's assignments, on top of nbgrader."""

import os
import sys

# nbgrader calls the program `alembic`, which lies beside the interpreter, by its bare name.
os.environ["PATH"] = os.path.dirname(sys.executable) + os.pathsep + os.environ.get("PATH", "")
