-- Who asks for events by a name, and how far each is: behind which number. Times are in microseconds since 1970, UTC.
create table payhook_consumers (
    name            text    not null primary key,
    cursor_sequence integer not null,
    created_at      integer not null,
    acknowledged_at integer
) strict, without rowid;
