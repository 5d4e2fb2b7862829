"""The code that is tested: it creates a customer."""
import json
import os
from urllib.error import HTTPError
from urllib.request import Request, urlopen


class Refused(Exception):
    pass


def create_customer(customer):
    request = Request(
        os.environ["BITBYBIT_BASE_URL"] + "/customers",
        json.dumps(customer).encode(),
        {"Content-Type": "application/json", "x-api-key": os.environ["BITBYBIT_API_KEY"]},
    )
    try:
        with urlopen(request) as response:
            return json.load(response)["data"]
    except HTTPError as error:
        raise Refused(f"{error.code} {json.load(error)['error']['code']}") from error
