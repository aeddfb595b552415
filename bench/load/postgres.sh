# A private PostgreSQL in a directory of its own, on a free port, for benchmarks. Sourced.
postgres_bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
postgres_as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
postgres_start() { # DIRECTORY
  postgres_data=$1/data postgres_port=${POSTGRES_PORT:-54329}
  mkdir -p "$1"; chmod 755 "$(dirname "$1")" "$1"
  [ "$(id -u)" != 0 ] || chown postgres "$1"
  postgres_as "$postgres_bin/initdb" -D "$postgres_data" -A trust -U postgres >/dev/null
  postgres_again "$1"
}
postgres_again() { # DIRECTORY where one was
  postgres_data=$1/data postgres_port=${POSTGRES_PORT:-54329}
  postgres_as "$postgres_bin/pg_ctl" -D "$postgres_data" -w -l "$1/log" \
    -o "-p $postgres_port -k $1 -c listen_addresses=127.0.0.1 -c shared_buffers=512MB -c max_wal_size=4GB" start >/dev/null
}
postgres_url() { # DATABASE, which is made
  postgres_as "$postgres_bin/createdb" -h 127.0.0.1 -p "$postgres_port" -U postgres "$1"
  echo "postgresql://postgres@127.0.0.1:$postgres_port/$1"
}
postgres_stop() { [ -z "${postgres_data:-}" ] || postgres_as "$postgres_bin/pg_ctl" -D "$postgres_data" -m immediate stop >/dev/null; }
