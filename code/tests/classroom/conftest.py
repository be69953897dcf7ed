from tools import kernels  # noqa: F401  for every notebook a test executes
