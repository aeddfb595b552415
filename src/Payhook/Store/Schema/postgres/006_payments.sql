-- Amounts are in minor units of the currency; facts are what the rest of a row is derived from, as JSON.
create table payhook_payments (
    number             bigint generated always as identity primary key,
    provider           text        not null,
    account            text        not null,
    payment_id         text        not null,
    source             text        not null,
    status             integer     not null,
    currency           text,
    amount             bigint,
    authorized         bigint      not null,
    captured           bigint      not null,
    refunded           bigint      not null,
    refund_pending     bigint      not null,
    disputed_open      bigint      not null,
    dispute_lost       bigint      not null,
    mode               integer     not null,
    order_id           text,
    merchant_reference text,
    email              text,
    first_event_at     timestamptz not null,
    last_event_at      timestamptz not null,
    event_count        bigint      not null,
    attention          bigint      not null,
    facts              text        not null
);

create unique index payhook_payments_id on payhook_payments (payment_id, provider, account);
create index payhook_payments_status on payhook_payments (status, last_event_at desc, number desc);
create index payhook_payments_last on payhook_payments (last_event_at desc, number desc);

-- The other ids that a payment goes by.
create table payhook_payment_names (
    name           text   not null,
    provider       text   not null,
    account        text   not null,
    payment_number bigint not null references payhook_payments (number),
    primary key (name, provider, account)
);

create index payhook_payment_names_number on payhook_payment_names (payment_number);

-- What people look payments up by beside their ids.
create index payhook_payments_order on payhook_payments (order_id) where order_id is not null;
create index payhook_payments_reference on payhook_payments (merchant_reference) where merchant_reference is not null;
create index payhook_payments_email on payhook_payments (email) where email is not null;

-- The few that a person should look at; the bits say why.
create index payhook_payments_attention on payhook_payments (last_event_at desc, number desc) where attention <> 0;
