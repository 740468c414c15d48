"""What people fill in: what to look at, and which file to bring."""

from metering.forms.imports import MappingForm, UploadForm
from metering.forms.usage import UsageForm

__all__ = ["MappingForm", "UploadForm", "UsageForm"]
