-- A time beside a text: the text is cast to the time's type, in Flink 2.1 too (TemporalTypesTest.testTimestampCompareWithString and its neighbours).
SELECT n, local > '2020-01-04 00:00:00' a, local > CAST('2020-01-04 00:00:00' AS VARCHAR) b, day = SUBSTRING('2026-01-31 x', 1, 10) c, SUBSTRING('12:34:56.789', 1, 12) = clock d, day BETWEEN UPPER('2020-01-01') AND UPPER('2027-01-01') e, day IN (UPPER('2026-01-31'), DATE '2000-02-29') f FROM u
-- => {"n":1,"a":true,"b":true,"c":true,"d":true,"e":true,"f":true}
-- => {"n":2,"a":null,"b":null,"c":false,"d":false,"e":false,"f":false}
-- => {"n":3,"a":false,"b":false,"c":false,"d":false,"e":false,"f":true}
----
SELECT n FROM u WHERE day = doc
-- error: can't be cast to DATE
----
SELECT geo['country'] a, ROW(1, id)['id'] b, geo['point']['y'] c FROM t WHERE id = 1
-- => {"a":"DE","b":1,"c":7}
----
SELECT geo['contry'] a FROM t
-- fail: did you mean country?
----
SELECT TYPEOF(TIMESTAMP '2020-01-01 00:00:00') a, TYPEOF(seen) b, TYPEOF(CAST(clock AS TIME)) c, TYPEOF(price) d FROM u WHERE n = 1
-- => {"a":"TIMESTAMP(0) NOT NULL","b":"TIMESTAMP_LTZ(6) NOT NULL","c":"TIME(0) NOT NULL","d":"DECIMAL(12, 2)"}
