-- origin: 0 received, 1 verified again after it had been refused.
alter table payhook_events add column origin integer not null default 0;

-- A delivery with several events as it was received; each event's body is its own part of it.
create table payhook_batches (
    sequence    integer primary key,
    source      text    not null,
    received_at integer not null,
    event_count integer not null,
    headers     text    not null,
    body        blob    not null
) strict;

alter table payhook_events add column batch_sequence integer references payhook_batches (sequence);
