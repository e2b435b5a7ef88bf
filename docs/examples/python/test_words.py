import pytest

from words import count


@pytest.mark.parametrize("size", [100, 10000])
def test_count(benchmark, size):
    text = "one two three four " * (size // 4)
    assert benchmark(count, text)["one"] == size // 4
