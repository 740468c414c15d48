"""Which forecasts can be asked for."""

SEED = 20260101
N_PATHS = 2000
LONGEST_TERM = 120
PATHS = (100, 20_000)


def why_not_run(*, months: int, n_paths: int) -> str:
    """ "" when the size of the forecast is within limits; else a sentence."""
    if not 1 <= months <= LONGEST_TERM:
        return f"A forecast covers 1 to {LONGEST_TERM} months, not {months}."
    if not PATHS[0] <= n_paths <= PATHS[1]:
        return f"A forecast has {PATHS[0]} to {PATHS[1]} paths, not {n_paths}."
    return ""
