-- How often an event came again, and when last. Beside the events, so that a duplicate writes a row of some bytes and not
-- the event with its body; and not with each batch, but every few seconds. No reference to the events: checking it would
-- lock and write their rows.
create table payhook_duplicates (
    event_sequence bigint      primary key,
    count          bigint      not null,
    last_at        timestamptz not null
);
