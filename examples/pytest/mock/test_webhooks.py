import pytest
from customers import create_customer
from webhooks import read


def test_verifies_a_webhook(webhooks):
    customer = create_customer({"email": "siti.rahma@example.com"})
    assert read(webhooks.secret, *webhooks.get())["id"] == customer["id"]


@pytest.mark.parametrize("kind", ["WRONG_SIGNATURE", "OLD_TIMESTAMP", "REFORMATTED_BODY"])
def test_refuses_a_webhook(bitbybit, webhooks, kind):
    bitbybit.control("POST", "/webhooks/faults", {"kind": kind, "times": 1})
    create_customer({"email": "siti.rahma@example.com"})
    with pytest.raises(ValueError):
        read(webhooks.secret, *webhooks.get())
