"""A mock in a container of Testcontainers: pip install pytest 'testcontainers>=4.13'."""
import json
import os
import uuid
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

testcontainers = pytest.importorskip("testcontainers", reason="pip install testcontainers")
from testcontainers.core.container import DockerContainer  # noqa: E402
from testcontainers.core.wait_strategies import HttpWaitStrategy  # noqa: E402


@pytest.fixture(scope="session")
def mock():
    image = os.environ.get("BITBYBIT_MOCK_IMAGE", "ghcr.io/bitbybit-go/bitbybit-mock:0.1.0")
    container = DockerContainer(image).with_exposed_ports(4010).waiting_for(HttpWaitStrategy(4010, "/_mock/health").for_status_code(200))
    with container:
        yield f"http://{container.get_container_host_ip()}:{container.get_exposed_port(4010)}"


@pytest.fixture
def key():
    """A key of its own for each test, so that tests which run at the same time share one container."""
    return f"bbb_test_{uuid.uuid4()}"


def post(url, body, **headers):
    with urlopen(Request(url, json.dumps(body).encode(), {"Content-Type": "application/json", **headers})) as response:
        return json.load(response)


def test_creates_a_customer(mock, key):
    created = post(f"{mock}/customer/open/v1/customers", {"email": "siti.rahma@example.com"}, **{"x-api-key": key})
    assert created["data"]["email"] == "siti.rahma@example.com"


def test_the_vendor_is_unavailable(mock, key):
    post(f"{mock}/_mock/faults?key={key}", {"status": 503, "times": 1})
    with pytest.raises(HTTPError, match="503"):
        post(f"{mock}/customer/open/v1/customers", {"email": "siti.rahma@example.com"}, **{"x-api-key": key})
