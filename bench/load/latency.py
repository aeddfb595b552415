"""Posts events one after another to an idle listener and tells how long after its 200 the receiver had each."""
import time, urllib.request
from posting import post

COUNT, PAUSE_SECONDS = 400, 0.02
answered = {}
for number in range(COUNT):
    name = f"evt_late{time.time_ns()}"
    answered[name] = post(name)
    time.sleep(PAUSE_SECONDS)
time.sleep(1)
arrivals = {}
for line in urllib.request.urlopen("http://127.0.0.1:9097/arrivals").read().decode().split("\n"):
    if line.startswith("evt_late"):
        name, ticks = line.split(" ")
        arrivals[name] = int(ticks)
late = sorted((arrivals[name] - at) / 1e6 for name, at in answered.items() if name in arrivals)
print(f"from 200 to the application, idle: p50 {late[len(late) // 2]:.1f} ms, p99 {late[len(late) * 99 // 100]:.1f} ms, "
      f"{len(late)} of {COUNT}")
