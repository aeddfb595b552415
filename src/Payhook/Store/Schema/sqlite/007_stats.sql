-- Requests counted by the span of time that they were answered in, in seconds: 60 for a minute, 3600 for an hour. A
-- minute is moved to its hour after two days. at is the span's start in seconds since 1970. ms_5 counts the answers that
-- took more than 2 and at most 5 milliseconds; timed counts those of providers whose timeout is known, in_time those of
-- them within it. Rows only ever add up, so any number of listeners write them.
create table payhook_stats (
    span     integer not null,
    at       integer not null,
    source   text    not null,
    type     text    not null,
    outcome  text    not null,
    ms_1     integer not null,
    ms_2     integer not null,
    ms_5     integer not null,
    ms_10    integer not null,
    ms_20    integer not null,
    ms_50    integer not null,
    ms_100   integer not null,
    ms_200   integer not null,
    ms_500   integer not null,
    ms_1000  integer not null,
    ms_2000  integer not null,
    ms_5000  integer not null,
    ms_10000 integer not null,
    ms_20000 integer not null,
    ms_30000 integer not null,
    ms_more  integer not null,
    timed    integer not null,
    in_time  integer not null,
    primary key (span, at, source, type, outcome)
) strict, without rowid;
