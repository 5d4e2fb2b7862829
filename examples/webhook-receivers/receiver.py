# Receives bitbybit's webhooks with nothing but Python. The bytes that arrive are verified, before anything parses them.
#
#	BITBYBIT_WEBHOOK_SECRET=whsec_… python3 receiver.py
#
# PORT is where it listens; 0 picks a free port, which the first line of its output names.
import hashlib
import hmac
import json
import os
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

secret = os.environ["BITBYBIT_WEBHOOK_SECRET"].encode()
longest = 64 * 1024  # bytes of a payload


def verify(header, body):
    """Returns what is signed; raises ValueError unless the delivery is the vendor's and of now."""
    t = re.findall(r"(?:^|,) *t=([0-9]{1,15})(?= *(?:,|$))", header)
    signatures = re.findall(r"(?:^|,) *v1=([0-9a-fA-F]{64})(?= *(?:,|$))", header)
    if len(t) != 1 or abs(time.time() - int(t[0])) > 300:
        raise ValueError("the time is missing, too old, or in the future")
    signed = t[0].encode() + b"." + body
    right = hmac.new(secret, signed, hashlib.sha256).hexdigest()
    if not any(hmac.compare_digest(one.lower(), right) for one in signatures):
        raise ValueError("the signature does not match")
    return signed


handled = set()  # in a program a table that keeps them for a day, written in the transaction in which the event is handled
handling = threading.Lock()


class Receiver(BaseHTTPRequestHandler):
    timeout = 30  # seconds

    def do_POST(self):
        event = self.headers.get("x-bitbybit-webhook-id")
        try:
            length = int(self.headers.get("Content-Length", ""))
            body = self.rfile.read(min(max(length, 0), longest + 1))
            if len(body) != length or length > longest:
                raise ValueError("the body is cut, or too large")
            signed = verify(self.headers.get("x-bitbybit-webhook-signature", ""), body)
            if not event:
                raise ValueError("the id is missing")
            if self.headers.get("x-bitbybit-webhook-event") != "customer.created":
                return self.answer(200, "ignored")  # and not remembered: the type is not signed
            customer = json.loads(body)
            if not isinstance(customer, dict) or not customer.get("id"):
                raise ValueError("it is no customer")
        except (ValueError, RecursionError) as error:
            return self.answer(400, str(error))
        # The id is not signed either: what was captured can be sent under another one, or under that of another event.
        keys = {f"{event} {customer['id']}", hashlib.sha256(signed).digest()}
        with handling:
            if handled & keys:
                return self.answer(200, "a duplicate")
            print(json.dumps({"id": event, "customer": customer}), flush=True)
            handled.update(keys)
        self.answer(200, "handled")

    def answer(self, status, text):
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8080"))), Receiver)
    print(f"http://127.0.0.1:{server.server_port}/webhooks", flush=True)
    server.serve_forever()
