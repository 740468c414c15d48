"""Every figure, each in a process of its own: `python -m bench`."""

import subprocess
import sys

PARTS = (
    "bench.pricing",
    "bench.forecasting",
    "bench.portfolio",
    "bench.bands",
    "bench.explorer",
    "bench.document",
    "bench.builder",
    "bench.ingest",
    "bench.reading",
    "bench.api",
    "bench.lists",
    "bench.metering",
)


def main() -> int:
    """The number of parts that miss a goal."""
    missed = 0
    for part in PARTS:
        sys.stdout.write(f"\n{part}\n")
        sys.stdout.flush()
        missed += bool(subprocess.run([sys.executable, "-m", part], check=False).returncode)
    return missed


if __name__ == "__main__":
    sys.exit(main())
