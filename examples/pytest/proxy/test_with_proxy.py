import pytest
from customers import create_customer

pytestmark = pytest.mark.usefixtures("bitbybit")


def test_creates_a_customer():
    assert create_customer({"email": "siti.rahma@example.com"})["id"]


def test_creates_a_customer_with_an_address():
    customer = create_customer({"phoneNumber": "+628123456789", "addresses": [{"address1": "Jl. Sudirman No. 1"}]})
    assert len(customer["addresses"]) == 1
