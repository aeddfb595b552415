-- Who is signed in with a browser, and links that let somebody sign in (kind 'session' and 'link'); of each token only
-- SHA-256. One that ended is deleted. ground is what it stands on: 'link', 'password', 'key' or 'oidc'; key_sequence is
-- the store's key, proof a MAC over what the settings allowed it by.
create table payhook_sessions (
    sequence     bigint generated always as identity primary key,
    hash         bytea       not null unique,
    kind         text        not null,
    ground       text        not null,
    actor        text        not null,
    scopes       text        not null,
    created_at   timestamptz not null,
    expires_at   timestamptz not null,
    key_sequence bigint,
    proof        bytea
);

-- The admin password, as 'pbkdf2-sha256$iterations$salt$hash'; one row at most.
create table payhook_admin (
    id            integer     primary key check (id = 1),
    password_hash text        not null,
    changed_at    timestamptz not null
);
