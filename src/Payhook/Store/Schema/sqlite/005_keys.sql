-- Keys for the interface; of each only SHA-256 of it and its beginning. Numbers are never used twice, because the audit
-- log and people remember them. Times are in microseconds since 1970, UTC. scopes are words with a space between them.
create table payhook_keys (
    sequence     integer primary key autoincrement,
    prefix       text    not null,
    hash         blob    not null unique,
    name         text    not null,
    scopes       text    not null,
    created_at   integer not null,
    created_by   text    not null,
    expires_at   integer,
    last_used_at integer,
    revoked_at   integer
) strict;

-- Administrative acts. Only added to.
create table payhook_audit (
    sequence integer primary key autoincrement,
    at       integer not null,
    actor    text    not null,
    act      text    not null,
    target   text    not null,
    detail   text    not null
) strict;
