#!/usr/bin/env bash
# Installs what the tests need and runs them all; the last line tells how many passed and failed.
#
#   ./test.sh                              everything
#   ./test.sh web                          the dashboard alone
#   ./test.sh -class '*ReceiveContract*'   a part, by the options of xunit's runner (-? lists them)
#
# Needs the .NET 10 SDK and, for the dashboard's tests, Node.js 20.19 or newer. On Debian and Ubuntu it installs PostgreSQL
# and NATS, of which the tests start private servers, and Chromium.
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

command -v chromium >/dev/null || install chromium fonts-dejavu-core || exit 1
node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' 2>/dev/null \
  || { echo "Node.js 20.19 or newer is missing: https://nodejs.org" >&2; exit 1; }

dotnet build Payhook.slnx --nologo -v quiet || { echo "0 passed, 1 failed"; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 bad=0 skipped=0

run_dotnet() { # OPTION …
  artifacts/bin/Payhook.Tests/debug/Payhook.Tests -noColor "$@" | tee "$work/dotnet"
  local code=${PIPESTATUS[0]} total errors failed left_out
  read -r total errors failed left_out < <(
    sed -nE 's/.*Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+).*/\1 \2 \3 \4/p' "$work/dotnet")
  : "${total:=0}" "${errors:=1}" "${failed:=0}" "${left_out:=0}"
  local wrong=$((failed + errors))
  [ "$code" = 0 ] || [ "$wrong" -gt 0 ] || wrong=1
  passed=$((passed + total - failed - left_out)) bad=$((bad + wrong)) skipped=$((skipped + left_out))
}

run_web() { # the dashboard: its sources, its built files, and its pages in a real browser
  local code good wrong left_out
  (cd web && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) || { bad=$((bad + 1)); return; }
  (cd web && node --test --test-reporter=spec --test-reporter-destination=stdout \
    --test-reporter=tap --test-reporter-destination="$work/web" test/*.test.mjs)
  code=$?
  count() { sed -nE "s/^# $1 ([0-9]+)\$/\1/p" "$work/web"; }
  good=$(count pass) wrong=$(($(count fail) + $(count cancelled))) left_out=$(count skipped)
  [ "$code" = 0 ] || [ "$wrong" -gt 0 ] || wrong=1
  passed=$((passed + ${good:-0})) bad=$((bad + wrong)) skipped=$((skipped + ${left_out:-0}))
}

[ "${1:-}" = web ] || run_dotnet "$@"
case "${1:-web}" in web) run_web ;; esac

if [ "$skipped" -gt 0 ]; then echo "$passed passed, $bad failed, $skipped skipped"
else echo "$passed passed, $bad failed"; fi
[ "$bad" = 0 ]
