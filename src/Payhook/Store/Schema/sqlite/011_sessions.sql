-- Who is signed in with a browser, and links that let somebody sign in (kind 'session' and 'link'); of each token only
-- SHA-256. One that ended is deleted. ground is what it stands on: 'link', 'password', 'key' or 'oidc'; key_sequence is
-- the store's key, proof a MAC over what the settings allowed it by. Times are in microseconds since 1970, UTC.
create table payhook_sessions (
    sequence     integer primary key autoincrement,
    hash         blob    not null unique,
    kind         text    not null,
    ground       text    not null,
    actor        text    not null,
    scopes       text    not null,
    created_at   integer not null,
    expires_at   integer not null,
    key_sequence integer,
    proof        blob
) strict;

-- The admin password, as 'pbkdf2-sha256$iterations$salt$hash'; one row at most.
create table payhook_admin (
    id            integer primary key check (id = 1),
    password_hash text    not null,
    changed_at    integer not null
) strict;
