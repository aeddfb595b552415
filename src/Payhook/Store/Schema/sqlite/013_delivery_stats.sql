-- Attempts of deliveries counted by the span of time that they ended in, as payhook_stats counts requests. outcome:
-- delivered, or why the attempt failed. A destination that was removed keeps its counts, under its name.
create table payhook_delivery_stats (
    span        integer not null,
    at          integer not null,
    destination text    not null,
    outcome     text    not null,
    ms_1        integer not null,
    ms_2        integer not null,
    ms_5        integer not null,
    ms_10       integer not null,
    ms_20       integer not null,
    ms_50       integer not null,
    ms_100      integer not null,
    ms_200      integer not null,
    ms_500      integer not null,
    ms_1000     integer not null,
    ms_2000     integer not null,
    ms_5000     integer not null,
    ms_10000    integer not null,
    ms_20000    integer not null,
    ms_30000    integer not null,
    ms_more     integer not null,
    primary key (span, at, destination, outcome)
) strict, without rowid;

-- Dead letters by why their last attempt failed: counted, and taken up again, without a look at those that are pending.
-- Who asks for those of any failure must not be led here, where the order is another; hence last_failure <> 0.
create index payhook_deliveries_dead on payhook_deliveries (destination_id, last_failure)
    where state = 3 and last_failure <> 0;
