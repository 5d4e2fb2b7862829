"""Copy this file: `bitbybit-contract proxy` is started once for all tests that take the fixture bitbybit, it passes their requests on to the server that
BITBYBIT_CONTRACT_TARGET names, and a test fails whose requests or answers broke the contract. The code that is tested finds the proxy in BITBYBIT_BASE_URL."""
import json
import os
import re
import signal
import subprocess
import sys
import threading
from urllib.parse import urljoin
from urllib.request import urlopen

import pytest


@pytest.fixture(scope="session")
def proxy(request):
    program = os.environ.get("BITBYBIT_CONTRACT_PROGRAM", "bitbybit-contract")
    command = [program, "proxy", "--listen", "127.0.0.1:0", "--strict-requests", "--report", "junit=contract.xml"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        line = process.stderr.readline()
        url = re.match(r"judging what passes (\S+)", line)
        assert url, f"{program} ended before it listened: {line}"
        reader = threading.Thread(target=lambda: sys.stderr.writelines(process.stderr), daemon=True)
        reader.start()
        yield url[1]
        process.send_signal(signal.SIGINT)  # it writes the report
        reader.join()
    if process.returncode and not request.session.testsfailed:
        pytest.fail(f"{program} ended with exit code {process.returncode}, see contract.xml", pytrace=False)


@pytest.fixture
def bitbybit(proxy, monkeypatch):
    def violations(after):
        with urlopen(urljoin(proxy, f"/_contract/violations?after={after}")) as response:
            return json.load(response)

    monkeypatch.setenv("BITBYBIT_BASE_URL", proxy)
    last = violations(0)["last"]
    yield
    reasons = [
        f"{broken['exchange']}: {v['message']} [{v['rule']}]" for broken in violations(last)["data"] for v in broken["violations"]
    ]
    if reasons:
        pytest.fail("what passed in this test breaks the contract\n" + "\n".join(reasons), pytrace=False)
