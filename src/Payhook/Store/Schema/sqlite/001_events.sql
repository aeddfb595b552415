-- received_at is in microseconds since 1970, UTC. sequence is the order of commits.
create table payhook_events (
    sequence       integer primary key,
    source         text    not null,
    identity       text    not null,
    event_id       text    not null,
    event_type     text    not null,
    payment_id     text,
    received_at    integer not null,
    secret_number  integer not null,
    under_known_id integer not null default 0,
    conflict_count integer not null default 0,
    headers        text    not null,
    body           blob    not null
) strict;

-- Decides what is a duplicate, in every process and after every restart.
create unique index payhook_events_identity on payhook_events (identity, source);

-- The events of a payment in the order of receipt are one range of this index.
create index payhook_events_payment on payhook_events (payment_id, received_at) where payment_id is not null;

-- Ids from unsigned headers are labels beside the identity; signed ids are found by the identity itself.
create index payhook_events_label on payhook_events (event_id, source) where event_id <> identity;

create table payhook_conflicts (
    sequence       integer primary key,
    event_sequence integer not null references payhook_events (sequence),
    kind           integer not null,
    received_at    integer not null,
    event_id       text    not null,
    headers        text    not null,
    body           blob
) strict;

create index payhook_conflicts_event on payhook_conflicts (event_sequence);

-- One row that a health check writes.
create table payhook_probe (id integer primary key check (id = 1), probed_at integer not null) strict;
insert into payhook_probe (id, probed_at) values (1, 0);
