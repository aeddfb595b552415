-- Amounts are in minor units of the currency; moments are in microseconds since 1970, UTC; facts are what the rest of
-- a row is derived from, as JSON.
create table payhook_payments (
    number             integer primary key,
    provider           text    not null,
    account            text    not null,
    payment_id         text    not null,
    source             text    not null,
    status             integer not null,
    mode               integer not null,
    currency           text,
    amount             integer,
    order_id           text,
    merchant_reference text,
    email              text,
    first_event_at     integer not null,
    last_event_at      integer not null,
    event_count        integer not null,
    attention          integer not null,
    facts              text    not null,
    events             text    not null
) strict;

create index payhook_payments_status on payhook_payments (status, last_event_at, number);

-- What people look payments up by beside their ids.
create index payhook_payments_order on payhook_payments (order_id) where order_id is not null;
create index payhook_payments_reference on payhook_payments (merchant_reference) where merchant_reference is not null;
create index payhook_payments_email on payhook_payments (email) where email is not null;

-- The few that a person should look at; the bits say why.
create index payhook_payments_attention on payhook_payments (last_event_at, number) where attention <> 0;

-- Every id that a payment goes by.
create table payhook_payment_names (
    name           text not null,
    provider       text not null,
    account        text not null,
    payment_number integer not null,
    primary key (name, provider, account)
) strict, without rowid;

-- A payment knows the numbers of its events, so those need no index by the payment's id any more; the others do.
alter table payhook_events add column is_linked integer not null default 0;
drop index payhook_events_payment;
create index payhook_events_unlinked on payhook_events (payment_id, received_at, sequence)
    where payment_id is not null and is_linked = 0;
