"""The code that is tested: it verifies a webhook."""
import hashlib
import hmac
import json
import re
import time


def read(secret, headers, body):
    """Returns the customer; raises ValueError unless the delivery is the vendor's and of now. body is the bytes as they came."""
    header = headers.get("x-bitbybit-webhook-signature", "")
    t = re.findall(r"(?:^|,) *t=([0-9]{1,15})(?= *(?:,|$))", header)
    signatures = re.findall(r"(?:^|,) *v1=([0-9a-fA-F]{64})(?= *(?:,|$))", header)
    if len(t) != 1 or abs(time.time() - int(t[0])) > 300:
        raise ValueError("the time is missing, too old, or in the future")
    right = hmac.new(secret.encode(), t[0].encode() + b"." + body, hashlib.sha256).hexdigest()
    if not any(hmac.compare_digest(one.lower(), right) for one in signatures):
        raise ValueError("the signature does not match")
    return json.loads(body)
