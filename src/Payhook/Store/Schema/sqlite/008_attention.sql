-- Who looked at what needs attention. The mark tells what exactly it was: what differs from it is new. at is in
-- microseconds since 1970, UTC.
create table payhook_acknowledgements (
    item  text    not null primary key,
    mark  text    not null,
    actor text    not null,
    at    integer not null,
    note  text    not null
) strict, without rowid;

-- Payments of test mode, which a live source should have none of; 2 is PaymentMode.Test.
create index payhook_payments_test on payhook_payments (source, last_event_at desc, number desc) where mode = 2;
