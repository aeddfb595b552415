-- The transaction that stored the event. Numbers become visible out of order where several writers commit; whoever
-- reads only transactions older than every running one, in this order, never passes an event that is still to appear.
-- Events stored before this column come first, in the order of their numbers.
alter table payhook_events add column commit_xid xid8 not null default '0';
alter table payhook_events alter column commit_xid set default pg_current_xact_id();

create index payhook_events_feed on payhook_events (commit_xid, sequence);
create index payhook_events_feed_source on payhook_events (source, commit_xid, sequence);
create index payhook_events_feed_type on payhook_events (event_type, commit_xid, sequence);
create index payhook_events_feed_conflict on payhook_events (commit_xid, sequence) where conflict_count > 0;

-- Tells between which places the events of a time lie.
create index payhook_events_received on payhook_events (received_at, commit_xid, sequence);
