"""What the page of an import needs besides the file."""

from catalog.models import Meter


def dimension_names() -> list[str]:
    """The dimensions of all meters."""
    return sorted({name for dimensions in Meter.objects.values_list("dimensions", flat=True) for name in dimensions})
