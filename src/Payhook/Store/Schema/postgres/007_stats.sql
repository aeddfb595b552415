-- Requests counted by the span of time that they were answered in, in seconds: 60 for a minute, 3600 for an hour. A
-- minute is moved to its hour after two days. at is the span's start in seconds since 1970. ms_5 counts the answers that
-- took more than 2 and at most 5 milliseconds; timed counts those of providers whose timeout is known, in_time those of
-- them within it. Rows only ever add up, so any number of listeners write them.
create table payhook_stats (
    span     bigint  not null,
    at       bigint  not null,
    source   text    not null,
    type     text    not null,
    outcome  text    not null,
    ms_1     bigint  not null,
    ms_2     bigint  not null,
    ms_5     bigint  not null,
    ms_10    bigint  not null,
    ms_20    bigint  not null,
    ms_50    bigint  not null,
    ms_100   bigint  not null,
    ms_200   bigint  not null,
    ms_500   bigint  not null,
    ms_1000  bigint  not null,
    ms_2000  bigint  not null,
    ms_5000  bigint  not null,
    ms_10000 bigint  not null,
    ms_20000 bigint  not null,
    ms_30000 bigint  not null,
    ms_more  bigint  not null,
    timed    bigint  not null,
    in_time  bigint  not null,
    primary key (span, at, source, type, outcome)
);
