"""Connections to CRMs, for programs."""
