import os


def test_calls_something_else(bitbybit):
    assert os.environ["BITBYBIT_BASE_URL"].startswith("http")
