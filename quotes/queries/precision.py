"""The numerical error of bands: how far independent drawings of the same forecast differ."""

import numpy as np

from pricing.numbers import Array, is_exact

QUANTILES = (0.1, 0.5, 0.9)


def error_percent(amounts: Array, replications: int) -> float | None:
    """The largest standard error of P10, P50 and P90 of the rows, in percent of P50.

    The rows are `replications` independent drawings, one after the other. None where they cannot be compared: a single
    drawing, nothing simulated, or a P50 of nothing.
    """
    if replications < 2 or is_exact(amounts) or len(amounts) % replications:
        return None
    each = np.quantile(amounts.reshape(replications, -1), QUANTILES, axis=1)
    middle = abs(float(np.median(amounts)))
    if not middle:
        return None
    return float(each.std(axis=1, ddof=1).max() / np.sqrt(replications) / middle * 100)
