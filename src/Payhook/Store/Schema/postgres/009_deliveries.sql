-- Where events are handed on to. settings and secrets are JSON; everything up to the cursor was served. The row of a
-- removed destination stays until nothing of its deliveries is left. Who may write its deliveries is who has the lease;
-- every new holder counts lease_epoch up, and what comes under an older one is refused. Cursors and leases change all
-- the time, so pages keep room for the next version of a row.
create table payhook_destinations (
    sequence        bigint generated always as identity primary key,
    name            text        not null,
    settings        text        not null,
    secrets         text        not null,
    state           integer     not null,
    state_reason    text        not null,
    is_from_file    boolean     not null,
    revision        bigint      not null,
    created_at      timestamptz not null,
    updated_at      timestamptz not null,
    removed_at      timestamptz,
    cursor_xid      xid8        not null,
    cursor_sequence bigint      not null,
    lease_owner     text,
    lease_until     timestamptz,
    lease_epoch     bigint      not null default 0
) with (fillfactor = 50);

create unique index payhook_destinations_name on payhook_destinations (name) where removed_at is null;

-- The processes that live, and so share the destinations.
create table payhook_forwarders (process text not null primary key, seen_until timestamptz not null);

create sequence payhook_delivery_numbers;

-- One row for each event that was tried, or put off, for a destination; commit_xid is the event's. replay_id 0: owed
-- because the event came. state: 1 pending, 2 delivered, 3 dead, 4 cancelled. Most rows are written once, as delivered,
-- so what only the others need is in partial indexes.
create table payhook_deliveries (
    sequence         bigint      primary key,
    destination_id   bigint      not null,
    commit_xid       xid8        not null,
    event_sequence   bigint      not null,
    replay_id        bigint      not null,
    state            integer     not null,
    attempt_count    integer     not null,
    first_attempt_at timestamptz,
    due_at           timestamptz not null,
    ordering_key     text,
    last_failure     integer     not null,
    changed_at       timestamptz not null
);

-- Decides that an event is owed once. An event's deliveries are found by asking for each destination.
create unique index payhook_deliveries_event
    on payhook_deliveries (destination_id, commit_xid, event_sequence, replay_id);
create index payhook_deliveries_destination on payhook_deliveries (destination_id, sequence);

create index payhook_deliveries_due on payhook_deliveries (destination_id, due_at, sequence) where state = 1;
create index payhook_deliveries_key
    on payhook_deliveries (destination_id, ordering_key, commit_xid, event_sequence, sequence)
    where state = 1 and ordering_key is not null;
create index payhook_deliveries_open on payhook_deliveries (destination_id, state, sequence) where state <> 2;
create index payhook_deliveries_state on payhook_deliveries (state, sequence) where state <> 2;
create index payhook_deliveries_failure on payhook_deliveries (last_failure, sequence) where last_failure <> 0;
create index payhook_deliveries_failing on payhook_deliveries (destination_id, last_failure, sequence)
    where last_failure <> 0;
create index payhook_deliveries_replay on payhook_deliveries (replay_id, sequence) where replay_id <> 0;

-- Every try. duration is in microseconds.
create table payhook_attempts (
    delivery_sequence bigint      not null,
    number            integer     not null,
    at                timestamptz not null,
    duration          bigint      not null,
    status            integer     not null,
    failure           integer     not null,
    detail            text        not null,
    answer            bytea       not null,
    primary key (delivery_sequence, number)
);

-- Events once more. filter is JSON; state: 1 running, 2 done, 3 cancelled.
create table payhook_replays (
    sequence        bigint generated always as identity primary key,
    destination_id  bigint           not null,
    filter          text             not null,
    after_xid       xid8             not null,
    after_sequence  bigint           not null,
    until_xid       xid8             not null,
    until_sequence  bigint           not null,
    cursor_xid      xid8             not null,
    cursor_sequence bigint           not null,
    state           integer          not null,
    rate_limit      double precision not null,
    event_count     bigint           not null,
    planned_count   bigint           not null,
    created_by      text             not null,
    created_at      timestamptz      not null
);

create index payhook_replays_destination on payhook_replays (destination_id, sequence);
create index payhook_replays_running on payhook_replays (destination_id, sequence) where state = 1;
