#!/usr/bin/env python3
"""Reads lines of NAME RATE P50 P99 REQUESTS ERRORS REPEATED and prints them as a table with their ratios."""
import sys

rows = {}
for line in sys.stdin:
    name, *numbers = line.split()
    rows[name] = [float(n) for n in numbers]
ceiling = rows.get("bare-get", [0])[0]
print(f"{'':18}{'requests/s':>11}{'p50 ms':>9}{'p99 ms':>9}{'errors':>8}{'of ceiling':>12}{'to Flask':>10}{'p99 to Flask':>14}")
for name, (rate, p50, p99, requests, errors, repeated) in rows.items():
    flask = rows.get(name.replace("payhook", "flask")) if name.startswith("payhook") else None
    print(f"{name:18}{rate:>11,.0f}{p50:>9.2f}{p99:>9.2f}{errors:>8.0f}"
          + (f"{rate / ceiling:>12.0%}" if ceiling else f"{'':>12}")
          + (f"{rate / flask[0]:>9.1f}×{p99 / flask[2]:>14.2f}" if flask else ""))
    if repeated:
        print(f"  {name}: the file of events was used up, so some of these requests were duplicates")
