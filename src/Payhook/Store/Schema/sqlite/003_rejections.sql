-- Refused requests, to be explained and perhaps verified again. A few of each reason, oldest out first; numbers are
-- never used twice, because answers and people remember them. kept_bytes is what a row takes of their common room.
create table payhook_rejections (
    sequence          integer primary key autoincrement,
    source            text    not null,
    reason            text    not null,
    cause             text,
    explanation       text,
    received_at       integer not null,
    query             text    not null,
    headers           text    not null,
    body              blob    not null,
    body_bytes        integer not null,
    kept_bytes        integer not null,
    promoted_at       integer,
    promoted_sequence integer
) strict;

create index payhook_rejections_reason on payhook_rejections (source, reason, sequence);

-- All refusals, kept or not. An empty cause: none was found or looked for.
create table payhook_rejection_counts (
    source  text    not null,
    reason  text    not null,
    cause   text    not null,
    count   integer not null,
    last_at integer not null,
    primary key (source, reason, cause)
) strict, without rowid;
