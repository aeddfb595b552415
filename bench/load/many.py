"""Posts events one after another and tells how long after its 200 each of many applications had each of them."""
import hashlib, hmac, http.client, json, sys, time, urllib.request

DESTINATIONS, COUNT, PAUSE_SECONDS = int(sys.argv[1]), 150, 0.04
RECEIVER = "http://127.0.0.1:9097"
listener = http.client.HTTPConnection("127.0.0.1", 8097)


def mode(hanging):
    path = "/d/0" if hanging else ""
    urllib.request.urlopen(urllib.request.Request(f"{RECEIVER}/mode?hang_at={path}", method="POST")).read()


def post(name):
    payment = {"id": f"pay_{name}", "amount": 100, "currency": "INR", "status": "captured"}
    body = json.dumps({"event": "payment.captured", "payload": {"payment": {"entity": payment}}, "id": name}).encode()
    listener.request("POST", "/webhook/payments", body, {
        "X-Razorpay-Signature": hmac.new(b"test_secret", body, hashlib.sha256).hexdigest()})
    answer = listener.getresponse()
    answer.read()
    assert answer.status == 200, answer.status
    return time.monotonic_ns()


def delays(hanging):
    mode(hanging)
    answered = {}
    for _ in range(COUNT):
        name = f"evt_{time.time_ns()}"
        answered[name] = post(name)
        time.sleep(PAUSE_SECONDS)
    time.sleep(2)
    found = []
    for line in urllib.request.urlopen(f"{RECEIVER}/arrivals").read().decode().split("\n"):
        key, ticks = line.rsplit(" ", 1)
        name, _, path = key.partition("/")
        if name in answered and path != "d/0":
            found.append((int(ticks) - answered[name]) / 1e6)
    assert len(found) == COUNT * (DESTINATIONS - 1), (len(found), COUNT * (DESTINATIONS - 1))
    return sorted(found)


def main():
    delays(False)  # warms up
    for round_number in range(3):
        for hanging in (False, True):
            found = delays(hanging)
            print(f"round {round_number + 1}, {'one hangs' if hanging else 'all are well'}: "
                  f"p50 {found[len(found) // 2]:5.1f} ms, p99 {found[len(found) * 99 // 100]:5.1f} ms", flush=True)


main()
