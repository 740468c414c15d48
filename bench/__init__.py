"""Figures, each told beside a goal or a rival. Matrices are multiplied by one thread, as in the application."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
