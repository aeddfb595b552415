"""Posts one signed event to the listener of a benchmark."""
import hashlib, hmac, http.client, json, time

listener = http.client.HTTPConnection("127.0.0.1", 8097)


def post(name):
    """The moment after its 200, by the clock of all processes of the machine, in nanoseconds."""
    payment = {"id": f"pay_{name}", "amount": 100, "currency": "INR", "status": "captured"}
    body = json.dumps({"event": "payment.captured", "payload": {"payment": {"entity": payment}}, "id": name}).encode()
    listener.request("POST", "/webhook/payments", body, {
        "X-Razorpay-Signature": hmac.new(b"test_secret", body, hashlib.sha256).hexdigest()})
    answer = listener.getresponse()
    answer.read()
    assert answer.status == 200, answer.status
    return time.monotonic_ns()
