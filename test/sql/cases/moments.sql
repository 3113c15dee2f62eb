SELECT n, CAST(DATE '0001-01-01' AS TIMESTAMP_LTZ(3)) < nano a, nano < TIMESTAMP '9999-12-31 23:59:59' b, DATE '9999-12-31' > nano c, nano IS DISTINCT FROM DATE '1600-01-01' d FROM u WHERE day < DATE '9999-12-31'
-- => {"n":1,"a":true,"b":true,"c":true,"d":true}
-- => {"n":2,"a":true,"b":true,"c":true,"d":true}
-- => {"n":3,"a":true,"b":true,"c":true,"d":true}
----
SELECT n, CASE WHEN at < nano THEN 'before' WHEN at = nano THEN 'at' ELSE 'after' END AS o, at BETWEEN nano AND DATE '9999-12-31' AS b FROM (SELECT *, CASE n WHEN 1 THEN TIMESTAMP '9999-12-31 00:00:00' WHEN 2 THEN TIMESTAMP '1970-01-01 00:00:00' ELSE TIMESTAMP '0001-01-01 00:00:00' END AS at FROM u) AS x
-- => {"n":1,"o":"after","b":true}
-- => {"n":2,"o":"at","b":true}
-- => {"n":3,"o":"before","b":false}
----
SELECT n FROM u WHERE nano IN (DATE '9999-12-31', TIMESTAMP '1970-01-01 00:00:00', DATE '0001-01-01', local)
-- => {"n":2}
----
SELECT n FROM u WHERE nano IN (DATE '9999-12-31', DATE '0001-01-01', DATE '0001-01-02', DATE '0001-01-03', DATE '0001-01-04', DATE '0001-01-05', DATE '0001-01-06', DATE '0001-01-07', TIMESTAMP '1970-01-01 00:00:00.000000001')
-- => {"n":3}
----
SELECT n, NULLIF(day + INTERVAL '9000' YEAR, nano) a, ARRAY[day + INTERVAL '9000' YEAR] = ARRAY[nano] b, day + INTERVAL '9000' YEAR = ANY (ARRAY[nano]) c FROM u WHERE n = 2
-- => {"n":2,"a":3287182,"b":false,"c":false}
----
SELECT n FROM u WHERE TIMESTAMP '1970-01-01 00:00:00.000000001' = nano AND seen > DATE '1600-01-01' AND day > TIMESTAMP '1678-01-01 00:00:00.000000001'
-- => {"n":3}
----
SELECT CAST(day + INTERVAL '9000' YEAR AS TIMESTAMP(9)) AS kept, day + INTERVAL '9000' YEAR < nano AS compared FROM u
-- error: TIMESTAMP(9)
