-- Who asks for events by a name, and how far each is: behind which transaction and number.
create table payhook_consumers (
    name            text        primary key,
    cursor_xid      xid8        not null,
    cursor_sequence bigint      not null,
    created_at      timestamptz not null,
    acknowledged_at timestamptz
);
