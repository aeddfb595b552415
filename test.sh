#!/usr/bin/env bash
# Installs what the tests need and runs them all; the last line tells how many passed and failed.
#
#   ./test.sh                              everything
#   ./test.sh -class '*ReceiveContract*'   a part, by the options of xunit's runner (-? lists them)
#
# Needs the .NET 10 SDK; on Debian and Ubuntu it installs PostgreSQL and NATS, of which the tests start private servers.
set -uo pipefail
cd "$(dirname "$0")"

install() { # PACKAGE …
  echo "Installing $*"
  local as_root=(); [ "$(id -u)" = 0 ] || as_root=(sudo)
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

command -v dotnet >/dev/null || { echo "The .NET 10 SDK is missing: https://dotnet.microsoft.com/download" >&2; exit 1; }
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || install postgresql || exit 1
ls /usr/{,local/}{s,}bin/nats-server 2>/dev/null | grep -q . || install nats-server || exit 1

dotnet build Payhook.slnx --nologo -v quiet || { echo "0 passed, 1 failed"; exit 1; }

summary=$(mktemp)
artifacts/bin/Payhook.Tests/debug/Payhook.Tests -noColor "$@" | tee "$summary"
code=${PIPESTATUS[0]}
read -r total errors failed skipped < <(
  sed -nE 's/.*Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+).*/\1 \2 \3 \4/p' "$summary")
rm -f "$summary"
: "${total:=0}" "${errors:=1}" "${failed:=0}" "${skipped:=0}"
bad=$((failed + errors))
[ "$code" = 0 ] || [ "$bad" -gt 0 ] || bad=1
if [ "$skipped" -gt 0 ]; then echo "$((total - failed - skipped)) passed, $bad failed, $skipped skipped"
else echo "$((total - failed)) passed, $bad failed"; fi
[ "$bad" = 0 ]
