"""The trained reader: a small network that marks what a text names, how it is judged and why."""

from interest.reader.labels import FACETS, Sign

__all__ = ["FACETS", "Sign"]
