"""Posts events one after another and tells how long after its 200 each of many applications had each of them."""
import sys, time, urllib.request
from posting import post

DESTINATIONS, COUNT, PAUSE_SECONDS = int(sys.argv[1]), 150, 0.04
RECEIVER = "http://127.0.0.1:9097"


def mode(hanging):
    path = "/d/0" if hanging else ""
    urllib.request.urlopen(urllib.request.Request(f"{RECEIVER}/mode?hang_at={path}", method="POST")).read()


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
