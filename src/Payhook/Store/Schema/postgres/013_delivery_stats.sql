-- Attempts of deliveries counted by the span of time that they ended in, as payhook_stats counts requests. outcome:
-- delivered, or why the attempt failed. A destination that was removed keeps its counts, under its name.
create table payhook_delivery_stats (
    span        bigint  not null,
    at          bigint  not null,
    destination text    not null,
    outcome     text    not null,
    ms_1        bigint  not null,
    ms_2        bigint  not null,
    ms_5        bigint  not null,
    ms_10       bigint  not null,
    ms_20       bigint  not null,
    ms_50       bigint  not null,
    ms_100      bigint  not null,
    ms_200      bigint  not null,
    ms_500      bigint  not null,
    ms_1000     bigint  not null,
    ms_2000     bigint  not null,
    ms_5000     bigint  not null,
    ms_10000    bigint  not null,
    ms_20000    bigint  not null,
    ms_30000    bigint  not null,
    ms_more     bigint  not null,
    primary key (span, at, destination, outcome)
);

-- Dead letters by why their last attempt failed: counted, and taken up again, without a look at those that are pending.
-- Who asks for those of any failure must not be led here, where the order is another; hence last_failure <> 0.
create index payhook_deliveries_dead on payhook_deliveries (destination_id, last_failure, sequence)
    where state = 3 and last_failure <> 0;
