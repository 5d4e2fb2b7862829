import pytest
from customers import Refused, create_customer

pytestmark = pytest.mark.usefixtures("bitbybit")


def test_creates_a_customer():
    customer = create_customer({"email": "siti.rahma@example.com", "tags": ["vip"]})
    assert (customer["email"], customer["tags"]) == ("siti.rahma@example.com", ["vip"])


def test_says_what_the_vendor_refused():
    with pytest.raises(Refused, match="429 RATE_LIMIT_EXCEEDED"):
        create_customer({"email": "rate-limit-exceeded@mock.test"})
