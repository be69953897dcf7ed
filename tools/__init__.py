"""What make.py calls, each a program of its own: python -m tools.NAME, at the top of the repository."""
