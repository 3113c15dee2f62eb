-- A text that says a date and a time of day is the date: Flink's DateTimeUtils.parseDate, which also takes years and months alone.
SELECT CAST('2021-09-27 12:34:56' AS DATE) a, CAST('2021-09-27 12:34:56.123' AS DATE) b, CAST('2021-09' AS DATE) c, CAST('2021' AS DATE) d, TRY_CAST('2021-09-27T12:34:56' AS DATE) e, TRY_CAST('2021-09-27xx' AS DATE) f, TRY_CAST('12:34:56' AS DATE) g FROM t WHERE id = 1
-- => {"a":18897,"b":18897,"c":18871,"d":18628,"e":null,"f":null,"g":null}
----
-- No such unit of a DATE in Flink, which says so; those of milliseconds and microseconds it takes for 0, but for a mistake of its own.
SELECT EXTRACT(NANOSECOND FROM day) AS a FROM u
-- fail: NANOSECOND
----
SELECT EXTRACT(HOUR FROM day) a, EXTRACT(MILLISECOND FROM day) b, EXTRACT(NANOSECOND FROM TIMESTAMP '2020-01-01 00:00:00.123456') c FROM u WHERE n = 1
-- => {"a":0,"b":0,"c":123456000}
----
-- Beyond the years 0 to 9999 there is no TIMESTAMP_LTZ: DateTimeUtils.toTimestampData of Flink.
SELECT TO_TIMESTAMP_LTZ(253402300800000, 3) a, TO_TIMESTAMP_LTZ(253402300799999, 3) b, TO_TIMESTAMP_LTZ(253402300800, 0) c, TO_TIMESTAMP_LTZ(-62167219200000, 3) d, TO_TIMESTAMP_LTZ(-62167219201, 0) e, TO_TIMESTAMP_LTZ(big * 1000000000000000, 0) f FROM t WHERE id = 2
-- => {"a":null,"b":253402300799999,"c":null,"d":-62167219200000,"e":null,"f":null}
----
-- A text that doesn't fit the pattern is read in SQL's own form: DateTimeUtils.parseTimestampData of Flink.
SELECT TO_TIMESTAMP('2021-09-27 12:34:56.123456', 'yyyy-MM-dd HH:mm:ss.SSS') a, TO_TIMESTAMP('2021-09-27 12:34:56.1', 'yyyy-MM-dd HH:mm:ss.SSS') b, TO_TIMESTAMP('2021-09-27 12:34:56', 'yyyy-MM-dd HH:mm:ss.SSS') c, TO_TIMESTAMP('2021-09-27 12:34:56.123', 'yyyy-MM-dd HH:mm:ss') d, TO_TIMESTAMP('27.9.2021 12:34', 'yyyy-MM-dd HH:mm:ss') e FROM t WHERE id = 1
-- => {"a":1632746096123,"b":1632746096100,"c":1632746096000,"d":1632746096123,"e":null}
