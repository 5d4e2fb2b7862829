import pytest
from customers import Refused, create_customer

pytestmark = pytest.mark.usefixtures("bitbybit")


def test_sends_what_the_contract_forbids():
    with pytest.raises(Refused, match="VALIDATION_ERROR"):
        create_customer({"email": "plain"})


def test_is_answered_wrongly():
    create_customer({"email": "broken@example.com"})


def test_sends_what_is_right():
    create_customer({"email": "siti@example.com"})
