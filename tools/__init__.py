"""What make.py calls, each a program of its own: python -m tools.NAME, at the top of the repository."""

import sys
from pathlib import Path

# Here as in Sphinx the book's extensions are known by their bare names.
sys.path.append(str(Path(__file__).resolve().parents[1] / "book" / "_ext"))
