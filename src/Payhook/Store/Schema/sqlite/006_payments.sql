-- Amounts are in minor units of the currency; moments are in microseconds since 1970, UTC; facts are what the rest of
-- a row is derived from, as JSON.
create table payhook_payments (
    number             integer primary key,
    provider           text    not null,
    account            text    not null,
    payment_id         text    not null,
    source             text    not null,
    status             integer not null,
    currency           text,
    amount             integer,
    authorized         integer not null,
    captured           integer not null,
    refunded           integer not null,
    refund_pending     integer not null,
    disputed_open      integer not null,
    dispute_lost       integer not null,
    mode               integer not null,
    order_id           text,
    merchant_reference text,
    email              text,
    first_event_at     integer not null,
    last_event_at      integer not null,
    event_count        integer not null,
    attention          integer not null,
    facts              text    not null
) strict;

create unique index payhook_payments_id on payhook_payments (payment_id, provider, account);
create index payhook_payments_status on payhook_payments (status, last_event_at desc, number desc);
create index payhook_payments_last on payhook_payments (last_event_at desc, number desc);

-- The other ids that a payment goes by.
create table payhook_payment_names (
    name           text    not null,
    provider       text    not null,
    account        text    not null,
    payment_number integer not null references payhook_payments (number),
    primary key (name, provider, account)
) strict, without rowid;

create index payhook_payment_names_number on payhook_payment_names (payment_number);

-- What people look payments up by beside their ids.
create index payhook_payments_order on payhook_payments (order_id) where order_id is not null;
create index payhook_payments_reference on payhook_payments (merchant_reference) where merchant_reference is not null;
create index payhook_payments_email on payhook_payments (email) where email is not null;

-- The few that a person should look at; the bits say why.
create index payhook_payments_attention on payhook_payments (last_event_at desc, number desc) where attention <> 0;
