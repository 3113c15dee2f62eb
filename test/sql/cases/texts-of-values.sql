-- What CAST AS VARCHAR makes, by Flink 2.1's own answers; flink-table-planner: CastFunctionITCase, TemporalTypesTest, ScalarTypesTest.
SELECT CAST(1e0 AS VARCHAR) a, CAST(1e7 AS VARCHAR) b, CAST(1e-5 AS VARCHAR) c, CAST(0.1e0 AS VARCHAR) d, CAST(123456.789e0 AS VARCHAR) e, CAST(1e300 AS VARCHAR) f, CAST(0e0 AS VARCHAR) g, CAST(ratio AS VARCHAR) h, CAST(CAST(ratio AS FLOAT) AS VARCHAR) i, CAST(1.234e10 AS VARCHAR) j, CAST(0.001e0 AS VARCHAR) k FROM t
-- => {"a":"1.0","b":"1.0E7","c":"1.0E-5","d":"0.1","e":"123456.789","f":"1.0E300","g":"0.0","h":"0.5","i":"0.5","j":"1.234E10","k":"0.001"}
-- => {"a":"1.0","b":"1.0E7","c":"1.0E-5","d":"0.1","e":"123456.789","f":"1.0E300","g":"0.0","h":"2.25","i":"2.25","j":"1.234E10","k":"0.001"}
-- => {"a":"1.0","b":"1.0E7","c":"1.0E-5","d":"0.1","e":"123456.789","f":"1.0E300","g":"0.0","h":"-1.0E21","i":"-1.0E21","j":"1.234E10","k":"0.001"}
----
SELECT CAST(CAST(1.5 AS FLOAT) AS VARCHAR) a, CAST(CAST(1e10 AS FLOAT) AS VARCHAR) b, CAST(CAST(0.1 AS FLOAT) AS VARCHAR) c, CAST(CAST('NaN' AS DOUBLE) AS VARCHAR) d, CAST(CAST('-Infinity' AS DOUBLE) AS VARCHAR) e, CAST(CAST(1e7 AS VARCHAR) AS DOUBLE) f, CAST(CAST(0.1 AS FLOAT) AS DECIMAL(4, 3)) g FROM t WHERE id = 1
-- => {"a":"1.5","b":"1.0E10","c":"0.1","d":"NaN","e":"-Infinity","f":10000000,"g":0.100}
----
SELECT CAST(CAST('2020-01-01 12:00:00.5' AS TIMESTAMP(0)) AS VARCHAR) a, CAST(CAST('12:00:00.5' AS TIME) AS VARCHAR) b, CAST(TIMESTAMP '2020-01-01 12:00:00' AS VARCHAR(20)) c, CAST(TIMESTAMP '2020-01-01 12:00:00.5' AS VARCHAR) d, CAST(CAST(seen AS TIMESTAMP(4)) AS VARCHAR) e, CAST(CAST(TIMESTAMP '2020-01-01 12:00:00' AS TIMESTAMP(3)) AS VARCHAR) f, CAST(COALESCE(local, TIMESTAMP '2020-01-01 12:00:00') AS VARCHAR) g, CAST(TIME '12:00:00' AS VARCHAR) h FROM u WHERE n < 3
-- => {"a":"2020-01-01 12:00:00","b":"12:00:00","c":"2020-01-01 12:00:00","d":"2020-01-01 12:00:00.5","e":"2026-01-31 13:04:56.7890","f":"2020-01-01 12:00:00.000","g":"2026-01-31 13:04:56.789","h":"12:00:00"}
-- => {"a":"2020-01-01 12:00:00","b":"12:00:00","c":"2020-01-01 12:00:00","d":"2020-01-01 12:00:00.5","e":"1969-12-31 23:59:59.9999","f":"2020-01-01 12:00:00.000","g":"2020-01-01 12:00:00.000","h":"12:00:00"}
----
-- The digits go with the value through subqueries, branches and arrays.
SELECT CAST(a AS VARCHAR) a, CAST(CASE n WHEN 1 THEN a ELSE b END AS VARCHAR) b, CAST(ARRAY[a] AS VARCHAR) c, CAST(ARRAY[a, b] AS VARCHAR) d FROM (SELECT n, CAST(seen AS TIMESTAMP_LTZ(0)) AS a, CAST(seen AS TIMESTAMP_LTZ(2)) AS b FROM u WHERE n = 1) AS x
-- => {"a":"2026-01-31 13:04:56","b":"2026-01-31 13:04:56.00","c":"[2026-01-31 13:04:56]","d":"[2026-01-31 13:04:56.00, 2026-01-31 13:04:56.78]"}
----
SELECT CAST(INTERVAL '12' DAY AS VARCHAR) a, CAST(INTERVAL '1-2' YEAR TO MONTH AS VARCHAR) b, CAST(INTERVAL '12 01:02:03.5' DAY TO SECOND AS VARCHAR) c, CAST(INTERVAL -'1' HOUR AS VARCHAR) d, CAST(INTERVAL '0.000001' SECOND AS VARCHAR) e FROM t WHERE id = 1
-- => {"a":"+12 00:00:00.000","b":"+1-02","c":"+12 01:02:03.500","d":"-0 01:00:00.000","e":"+0 00:00:00.000001"}
----
SELECT CAST(ARRAY['a', 'b'] AS VARCHAR) a, CAST(ARRAY[1, NULL] AS VARCHAR) b, CAST(ROW(1, 'x', CAST(NULL AS INT)) AS VARCHAR) c, CAST(MAP['a', 1, 'b', 2] AS VARCHAR) d, CAST(ROW(ARRAY[1.5, 2.0], MAP['a', TRUE], ROW(DATE '2020-01-01', TIMESTAMP '2020-01-01 00:00:00')) AS VARCHAR) e, CAST(ARRAY[1e0] AS VARCHAR) f, CAST(ARRAY[X'4142'] AS VARCHAR) g, CAST(ARRAY['a', 'b'] AS VARCHAR(4)) h FROM t WHERE id = 1
-- => {"a":"[a, b]","b":"[1, NULL]","c":"(1, x, NULL)","d":"{a=1, b=2}","e":"([1.5, 2.0], {a=TRUE}, (2020-01-01, 2020-01-01 00:00:00))","f":"[1.0]","g":"[AB]","h":"[a, "}
----
SELECT CAST(tags AS VARCHAR) a, CAST(props AS VARCHAR) b, CAST(geo AS VARCHAR) c, JSON_STRING(geo) d FROM t WHERE id < 3
-- => {"a":"[a, b]","b":"{k=1}","c":"(DE, (1.5, 7))","d":"{\"country\":\"DE\",\"point\":{\"x\":1.5,\"y\":7}}"}
-- => {"a":"[]","b":"{}","c":null,"d":null}
----
SELECT CAST(tree AS VARCHAR) a, CAST(event AS VARCHAR) b, CAST(items AS VARCHAR) c FROM u WHERE n < 3
-- => {"a":"(root, (leaf, NULL))","b":"(ada)","c":"[(bolt, 7), (nut, NULL)]"}
-- => {"a":"(alone, NULL)","b":"(3)","c":"[]"}
