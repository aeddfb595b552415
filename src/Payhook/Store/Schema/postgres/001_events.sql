-- sequence is handed out before the commit, so it becomes visible out of order; see ARCHITECTURE.md.
create table payhook_events (
    sequence       bigint generated always as identity primary key,
    source         text        not null,
    identity       text        not null,
    event_id       text        not null,
    event_type     text        not null,
    payment_id     text,
    received_at    timestamptz not null,
    secret_number  integer     not null,
    under_known_id boolean     not null default false,
    conflict_count bigint      not null default 0,
    headers        text        not null,
    body           bytea       not null
);

-- Decides what is a duplicate, in every process and after every restart.
create unique index payhook_events_identity on payhook_events (identity, source);

-- The events of a payment in the order of receipt are one range of this index.
create index payhook_events_payment on payhook_events (payment_id, received_at, sequence) where payment_id is not null;

-- Ids from unsigned headers are labels beside the identity; signed ids are found by the identity itself.
create index payhook_events_label on payhook_events (event_id, source) where event_id <> identity;

create table payhook_conflicts (
    sequence       bigint generated always as identity primary key,
    event_sequence bigint      not null references payhook_events (sequence),
    kind           integer     not null,
    received_at    timestamptz not null,
    event_id       text        not null,
    headers        text        not null,
    body           bytea
);

create index payhook_conflicts_event on payhook_conflicts (event_sequence);

-- One row that a health check writes.
create table payhook_probe (id integer primary key check (id = 1), probed_at timestamptz not null);
insert into payhook_probe (id, probed_at) values (1, 'epoch');
