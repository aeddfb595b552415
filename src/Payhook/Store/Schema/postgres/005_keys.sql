-- Keys for the interface; of each only SHA-256 of it and its beginning. scopes are words with a space between them.
create table payhook_keys (
    sequence     bigint generated always as identity primary key,
    prefix       text        not null,
    hash         bytea       not null unique,
    name         text        not null,
    scopes       text        not null,
    created_at   timestamptz not null,
    created_by   text        not null,
    expires_at   timestamptz,
    last_used_at timestamptz,
    revoked_at   timestamptz
);

-- Administrative acts. Only added to.
create table payhook_audit (
    sequence bigint generated always as identity primary key,
    at       timestamptz not null,
    actor    text        not null,
    act      text        not null,
    target   text        not null,
    detail   text        not null
);
