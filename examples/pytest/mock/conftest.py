"""Copy this file: bitbybit-mock is started once for all tests that take the fixture bitbybit, each of them gets an API key of its own, and a test
fails whose requests broke the contract. The code that is tested finds the API in BITBYBIT_BASE_URL and the key in BITBYBIT_API_KEY."""
import json
import os
import re
import subprocess
import uuid
from urllib.parse import urljoin
from urllib.request import urlopen

import pytest


@pytest.fixture(scope="session")
def mock():
    program = os.environ.get("BITBYBIT_MOCK_PROGRAM", "bitbybit-mock")
    command = [program, "--addr", "127.0.0.1:0", "--log-level", "error"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        found = filter(None, (re.search(r"Base URL for a client +(\S+)", line) for line in process.stdout))
        url = next(found, None)
        assert url, f"{program} ended before it listened"
        yield url[1]
        process.terminate()


@pytest.fixture
def bitbybit(mock, monkeypatch):
    key = f"bbb_test_{uuid.uuid4()}"
    monkeypatch.setenv("BITBYBIT_BASE_URL", mock)
    monkeypatch.setenv("BITBYBIT_API_KEY", key)
    yield
    with urlopen(urljoin(mock, f"/_mock/requests?violating=true&key={key}")) as response:
        reasons = [reason(request, v) for request in json.load(response)["data"] for v in request["violations"]]
    if reasons:
        pytest.fail("what this test sent breaks the contract\n" + "\n".join(reasons), pytrace=False)


def reason(request, v):
    rule = f"openapi.yaml:{v['line']} {v['source']}" if "line" in v else v["check"]
    return f"{request['method']} {request['target']}: {v['path']}: {v['expected']}, got {v.get('got', 'nothing')} [{rule}]"
