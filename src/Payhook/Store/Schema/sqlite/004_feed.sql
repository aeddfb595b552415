-- Every index ends with the sequence, which is the order of commits.
create index payhook_events_feed_source on payhook_events (source);
create index payhook_events_feed_type on payhook_events (event_type);
create index payhook_events_feed_conflict on payhook_events (sequence) where conflict_count > 0;

-- Tells between which places the events of a time lie.
create index payhook_events_received on payhook_events (received_at);
