import http.client

import pytest
from customers import Refused, create_customer


def test_the_vendor_is_unavailable(bitbybit, fault):
    fault(status=503)
    with pytest.raises(Refused, match="503 SERVICE_UNAVAILABLE"):
        create_customer({"email": "siti.rahma@example.com"})
    assert bitbybit.customers() == []


def test_an_answer_is_lost_after_the_customer_is_stored(bitbybit, fault):
    fault(connection="EMPTY_RESPONSE", store=True)
    with pytest.raises(http.client.RemoteDisconnected):
        create_customer({"email": "siti.rahma@example.com"})
    assert len(bitbybit.customers()) == 1
