"""Counts words."""
from collections import Counter


def count(text: str) -> Counter:
    return Counter(text.split())
