"""Copy this file: bitbybit-mock is started once for all tests that take the fixture bitbybit, each of them gets an API key of its own, and a test
fails whose requests broke the contract. The code that is tested finds the API in BITBYBIT_BASE_URL and the key in BITBYBIT_API_KEY. The mock is the
program BITBYBIT_MOCK_PROGRAM (bitbybit-mock), or a container of the image BITBYBIT_MOCK_IMAGE, by BITBYBIT_MOCK_ENGINE, which is docker or podman."""
import json
import os
import queue
import re
import subprocess
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urljoin, urlsplit
from urllib.request import Request, urlopen

import pytest

ENGINE = os.environ.get("BITBYBIT_MOCK_ENGINE", "docker")
HOST = "host.containers.internal" if ENGINE == "podman" else "host.docker.internal"  # how a container finds its host, at one of these addresses
PRIVATE = "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16"


def base_url(process, name):
    found = filter(None, (re.search(r"Base URL for a client +(\S+)", line) for line in process.stdout))
    url = next(found, None)
    assert url, f"{name} ended before it listened"
    return url[1]


@pytest.fixture(scope="session")
def mock():
    image = os.environ.get("BITBYBIT_MOCK_IMAGE")
    if image:
        yield from container(image)
        return
    program = os.environ.get("BITBYBIT_MOCK_PROGRAM", "bitbybit-mock")
    command = [program, "--addr", "127.0.0.1:0", "--log-level", "error", "--stop-with-stdin"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield base_url(process, program)
        process.terminate()


def container(image):
    def run(*arguments):
        return subprocess.run([ENGINE, *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()

    options = ["--publish", "127.0.0.1::4010", "--env", f"BITBYBIT_MOCK_WEBHOOK_ALLOWS={PRIVATE}"]
    if ENGINE != "podman":  # which adds its name by itself
        options += ["--add-host", f"{HOST}:host-gateway"]
    name = run("run", "--detach", "--rm", *options, image)
    try:
        address = run("port", name, "4010/tcp").splitlines()[0]
        with subprocess.Popen([ENGINE, "logs", "--follow", name], stdout=subprocess.PIPE, text=True) as logs:
            yield f"http://{address}{urlsplit(base_url(logs, image)).path}"
            logs.terminate()
    finally:
        run("stop", name)


class Mock:
    """The mock as one API key sees it."""

    def __init__(self, url, key):
        self.url, self.key = url, key

    def control(self, method, path, body=None):
        """Calls the control API, which /_mock/ describes, for the key."""
        data = None if body is None else json.dumps(body).encode()
        url = urljoin(self.url, f"/_mock{path}{'&' if '?' in path else '?'}key={self.key}")
        with urlopen(Request(url, data, {"Content-Type": "application/json"}, method=method)) as response:
            return json.loads(response.read() or "null")

    def customers(self):
        return self.control("GET", "/customers")["data"]


@pytest.fixture
def bitbybit(mock, monkeypatch):
    key = f"bbb_test_{uuid.uuid4()}"
    monkeypatch.setenv("BITBYBIT_BASE_URL", mock)
    monkeypatch.setenv("BITBYBIT_API_KEY", key)
    api = Mock(mock, key)
    yield api
    reasons = [reason(request, v) for request in api.control("GET", "/requests?violating=true")["data"] for v in request["violations"]]
    if reasons:
        pytest.fail("what this test sent breaks the contract\n" + "\n".join(reasons), pytrace=False)


@pytest.fixture
def fault(bitbybit):
    """fault(status=503) hits the next call of the test; times=0 hits all of its calls."""
    return lambda **what: bitbybit.control("POST", "/faults", {"times": 1, **what})


@pytest.fixture
def webhooks(bitbybit):
    """Receives the webhooks of the test's customers: webhooks.get() waits for the next one, and webhooks.secret is what it is signed with."""
    received = queue.Queue()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.put((self.headers, body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    inside = "BITBYBIT_MOCK_IMAGE" in os.environ  # a container reaches this machine by another address
    with ThreadingHTTPServer(("0.0.0.0" if inside else "127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://{HOST if inside else '127.0.0.1'}:{server.server_port}/webhooks"
        endpoint = bitbybit.control("POST", "/webhooks/endpoints", {"url": url})
        yield Webhooks(received, endpoint["secret"])
        bitbybit.control("DELETE", f"/webhooks/endpoints/{endpoint['id']}")
        server.shutdown()


class Webhooks:
    def __init__(self, received, secret):
        self.received, self.secret = received, secret

    def get(self, timeout=10):
        """Returns headers and body of the next webhook; raises queue.Empty where none comes."""
        return self.received.get(timeout=timeout)


def reason(request, v):
    rule = f"openapi.yaml:{v['line']} {v['source']}" if "line" in v else v["check"]
    return f"{request['method']} {request['target']}: {v['path']}: {v['expected']}, got {v.get('got', 'nothing')} [{rule}]"
