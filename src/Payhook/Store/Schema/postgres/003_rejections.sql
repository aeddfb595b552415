-- Refused requests, to be explained and perhaps verified again. A few of each reason, oldest out first. kept_bytes is
-- what a row takes of their common room.
create table payhook_rejections (
    sequence          bigint generated always as identity primary key,
    source            text        not null,
    reason            text        not null,
    cause             text,
    explanation       text,
    received_at       timestamptz not null,
    query             text        not null,
    headers           text        not null,
    body              bytea       not null,
    body_bytes        bigint      not null,
    kept_bytes        bigint      not null,
    promoted_at       timestamptz,
    promoted_sequence bigint
);

create index payhook_rejections_reason on payhook_rejections (source, reason, sequence);

-- All refusals, kept or not. An empty cause: none was found or looked for.
create table payhook_rejection_counts (
    source  text        not null,
    reason  text        not null,
    cause   text        not null,
    count   bigint      not null,
    last_at timestamptz not null,
    primary key (source, reason, cause)
);
