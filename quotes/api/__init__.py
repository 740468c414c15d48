"""Quotes for programs: the same queries and actions as the pages, with the same rights. Money is text."""
