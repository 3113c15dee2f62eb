SELECT day, clock, fine, seen, local, nano FROM u WHERE n = 1
-- => {"day":20484,"clock":45296789,"fine":45296789012,"seen":1769864696789012,"local":1769864696789,"nano":1769864696789000}
----
-- format: {"json":{"temporal":"iso"}}
SELECT day, clock, seen, local, nano, span FROM u
-- => {"day":"2026-01-31","clock":"12:34:56.789","seen":"2026-01-31T13:04:56.789012Z","local":"2026-01-31T13:04:56.789","nano":"1970-01-21T11:37:44.696789000Z","span":"P14M3DT4.500S"}
-- => {"day":"1969-12-31","clock":"00:00:00.000","seen":"1969-12-31T23:59:59.999999Z","local":null,"nano":"1970-01-01T00:00:00.000000000Z","span":"P0M0DT0S"}
-- => {"day":"2000-02-29","clock":"23:59:59.999","seen":"2000-02-29T00:00:00.000000Z","local":"2000-02-28T23:59:59.999","nano":"1970-01-01T00:00:00.000000001Z","span":"P1M1DT0.001S"}
----
SELECT day + INTERVAL '1' MONTH AS m, day - INTERVAL '1' DAY AS d, day + INTERVAL '1-1' YEAR TO MONTH AS y, at FROM (SELECT day, local + INTERVAL '1 02:03:04.5' DAY TO SECOND AS at FROM u) AS x
-- => {"m":20512,"d":20483,"y":20877,"at":1769958481289}
-- => {"m":30,"d":-2,"y":395,"at":null}
-- => {"m":11045,"d":11015,"y":11410,"at":951876184499}
----
SELECT EXTRACT(YEAR FROM day) y, EXTRACT(MONTH FROM seen) m, EXTRACT(HOUR FROM clock) h, FLOOR(seen TO DAY) f, TIMESTAMPDIFF(DAY, local, seen) td FROM u WHERE n = 1
-- => {"y":2026,"m":1,"h":12,"f":1769817600000000,"td":0}
----
SELECT n FROM u WHERE day > DATE '2000-01-01' AND seen >= TIMESTAMP '2026-01-31 00:00:00'
-- => {"n":1}
----
SELECT n FROM u WHERE day = '2000-02-29'
-- => {"n":3}
----
SELECT n FROM u WHERE seen - local > INTERVAL '0' SECOND
-- => {"n":1}
-- => {"n":3}
----
SELECT id, raw_id, raw_id = id AS same FROM u WHERE n < 3
-- => {"id":"6f9619ff-8b86-d011-b42d-00c04fc964ff","raw_id":"6f9619ff-8b86-d011-b42d-00c04fc964ff","same":true}
-- => {"id":"00000000-0000-0000-0000-000000000000","raw_id":"00000000-0000-0000-0000-000000000000","same":true}
----
-- format: {"json":{"bigint":"string"}}
SELECT seen, nano, fine, local, day, ARRAY[seen] AS list, CAST(NULL AS TIMESTAMP(6)) AS none, CAST(seen AS TIMESTAMP_LTZ(3)) AS milli FROM u WHERE n = 2
-- => {"seen":"-1","nano":"0","fine":0,"local":null,"day":-1,"list":["-1"],"none":null,"milli":-1}
