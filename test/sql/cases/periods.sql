-- Periods overlap where they touch, and may be written from either end: Calcite's StandardConvertletTable.convertPeriod, and Flink's TemporalTypesTest.testOverlaps.
SELECT (DATE '2020-01-01', DATE '2020-02-01') OVERLAPS (DATE '2020-01-15', DATE '2020-03-01') a, (TIME '02:30:00', INTERVAL '1' HOUR) OVERLAPS (TIME '03:30:00', INTERVAL '2' HOUR) b, (DATE '2020-01-01', DATE '2020-02-01') OVERLAPS (DATE '2020-02-02', DATE '2020-03-01') c, (DATE '2020-02-01', DATE '2020-01-01') OVERLAPS (DATE '2020-01-15', INTERVAL -'1' DAY) d, NOT (day, INTERVAL '1' MONTH) OVERLAPS (DATE '2026-02-15', DATE '2026-02-16') e FROM u WHERE n < 3
-- => {"a":true,"b":true,"c":false,"d":true,"e":false}
-- => {"a":true,"b":true,"c":false,"d":true,"e":true}
----
SELECT (day, n) OVERLAPS (day, day) FROM u
-- fail: can't be compared with
----
SELECT geo.point.*, id FROM t WHERE id = 1
-- => {"x":1.5,"y":7,"id":1}
----
SELECT t.geo.point.* EXCLUDE (x) FROM t
-- => {"y":7}
-- => {"y":null}
-- => {"y":-1}
----
SELECT geo.country.* FROM t
-- fail: geo.country.* wants a ROW, but this is VARCHAR
----
SELECT LEFTSHIFT(id, 3) a, LEFTSHIFT(1, 31) b, RIGHTSHIFT(big, 1) c, BITCOUNT(-1) d, LEFTSHIFT(CAST(1 AS BIGINT), 40) e FROM t WHERE id = 2
-- => {"a":16,"b":-2147483648,"c":-2,"d":64,"e":1099511627776}
