"""The demo company: people, customers, price book and usage, made through the same actions everyone uses.

Loading is idempotent: what is there already stays as it is.
"""
