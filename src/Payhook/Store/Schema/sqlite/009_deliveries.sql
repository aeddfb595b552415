-- Where events are handed on to. settings and secrets are JSON; everything up to cursor_sequence was served. The row of
-- a removed destination stays until nothing of its deliveries is left. Who may write its deliveries is who has the
-- lease; every new holder counts lease_epoch up, and what comes under an older one is refused.
create table payhook_destinations (
    sequence        integer primary key autoincrement,
    name            text    not null,
    settings        text    not null,
    secrets         text    not null,
    state           integer not null,
    state_reason    text    not null,
    is_from_file    integer not null,
    revision        integer not null,
    created_at      integer not null,
    updated_at      integer not null,
    removed_at      integer,
    cursor_sequence integer not null,
    lease_owner     text,
    lease_until     integer,
    lease_epoch     integer not null default 0
) strict;

create unique index payhook_destinations_name on payhook_destinations (name) where removed_at is null;

-- The processes that live, and so share the destinations.
create table payhook_forwarders (process text not null primary key, seen_until integer not null) strict, without rowid;

-- One row for each event that was tried, or put off, for a destination. replay_id 0: owed because the event came.
-- state: 1 pending, 2 delivered, 3 dead, 4 cancelled. Most rows are written once, as delivered, so what only the others
-- need is in partial indexes.
create table payhook_deliveries (
    sequence         integer primary key,
    destination_id   integer not null,
    event_sequence   integer not null,
    replay_id        integer not null,
    state            integer not null,
    attempt_count    integer not null,
    first_attempt_at integer,
    due_at           integer not null,
    ordering_key     text,
    last_failure     integer not null,
    changed_at       integer not null
) strict;

-- Decides that an event is owed once. An event's deliveries are found by asking for each destination.
create unique index payhook_deliveries_event on payhook_deliveries (destination_id, event_sequence, replay_id);
create index payhook_deliveries_destination on payhook_deliveries (destination_id);

create index payhook_deliveries_due on payhook_deliveries (destination_id, due_at) where state = 1;
create index payhook_deliveries_key on payhook_deliveries (destination_id, ordering_key, event_sequence)
    where state = 1 and ordering_key is not null;
create index payhook_deliveries_open on payhook_deliveries (destination_id, state) where state <> 2;
create index payhook_deliveries_state on payhook_deliveries (state) where state <> 2;
create index payhook_deliveries_failure on payhook_deliveries (last_failure) where last_failure <> 0;
create index payhook_deliveries_failing on payhook_deliveries (destination_id, last_failure) where last_failure <> 0;
create index payhook_deliveries_replay on payhook_deliveries (replay_id) where replay_id <> 0;

-- Every try. duration is in microseconds.
create table payhook_attempts (
    delivery_sequence integer not null,
    number            integer not null,
    at                integer not null,
    duration          integer not null,
    status            integer not null,
    failure           integer not null,
    detail            text    not null,
    answer            blob    not null,
    primary key (delivery_sequence, number)
) strict, without rowid;

-- Events once more. filter is JSON; state: 1 running, 2 done, 3 cancelled.
create table payhook_replays (
    sequence        integer primary key autoincrement,
    destination_id  integer not null,
    filter          text    not null,
    after_sequence  integer not null,
    until_sequence  integer not null,
    cursor_sequence integer not null,
    state           integer not null,
    rate_limit      real    not null,
    event_count     integer not null,
    planned_count   integer not null,
    created_by      text    not null,
    created_at      integer not null
) strict;

create index payhook_replays_destination on payhook_replays (destination_id);
create index payhook_replays_running on payhook_replays (destination_id) where state = 1;
