"""How many deliveries a second an application received between its first and its last, told when input ends."""
import json, sys, threading, time, urllib.request

URL = "http://127.0.0.1:9097/told"
ended = threading.Event()


def received():
    with urllib.request.urlopen(URL) as answer:
        return json.load(answer)["received"]


def main():
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    before, samples = received(), []
    while not ended.is_set():
        time.sleep(0.1)
        now = received()
        if now != before and (not samples or samples[-1][1] != now):
            samples.append((time.monotonic(), now))
    if len(samples) < 2:
        print(0)
        return
    (begun, first), (last, count) = samples[0], samples[-1]
    print(f"{(count - first) / (last - begun):,.0f}")


main()
