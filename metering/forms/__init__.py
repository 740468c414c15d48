"""What people fill in: what to look at, and which file to bring."""

from metering.forms.imports import UploadForm
from metering.forms.usage import UsageForm

__all__ = ["UploadForm", "UsageForm"]
