-- How often an event came again, and when last, in microseconds since 1970. Beside the events, so that a duplicate
-- writes a row of some bytes and not the event with its body; and not with each batch, but every few seconds.
create table payhook_duplicates (
    event_sequence integer primary key,
    count          integer not null,
    last_at        integer not null
) strict;
