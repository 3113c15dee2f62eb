SELECT id FROM t WHERE note = 'first' OR maybe = 0
-- => {"id":1}
-- => {"id":3}
----
SELECT id FROM t WHERE NOT (maybe > 1)
-- => {"id":3}
----
SELECT id FROM t WHERE note <> 'first'
-- => {"id":3}
----
SELECT id FROM t WHERE note IS NULL AND geo IS NULL AND mixed IS NULL
-- => {"id":2}
----
SELECT id FROM t WHERE geo IS NOT NULL AND geo.country IS NULL
-- => {"id":3}
----
SELECT id, flag IS TRUE t, flag IS NOT TRUE nt, flag IS FALSE f, flag IS NOT FALSE nf, flag IS UNKNOWN u FROM t
-- => {"id":1,"t":true,"nt":false,"f":false,"nf":true,"u":false}
-- => {"id":2,"t":false,"nt":true,"f":true,"nf":false,"u":false}
-- => {"id":3,"t":false,"nt":true,"f":false,"nf":true,"u":true}
----
SELECT id FROM t WHERE flag
-- => {"id":1}
----
SELECT id FROM t WHERE NOT flag
-- => {"id":2}
----
SELECT id FROM t WHERE id IN (1, 3, 7)
-- => {"id":1}
-- => {"id":3}
----
SELECT id FROM t WHERE name IN ('Bob', 'Eve')
-- => {"id":2}
----
SELECT id FROM t WHERE name IN ('1','2','3','4','5','6','7','8','9','Ada')
-- => {"id":1}
----
SELECT id FROM t WHERE maybe IN (5, NULL)
-- => {"id":1}
----
SELECT id FROM t WHERE maybe NOT IN (5, NULL)
----
SELECT id FROM t WHERE maybe NOT IN (5)
-- => {"id":3}
----
SELECT id FROM t WHERE name LIKE '%o%'
-- => {"id":2}
-- => {"id":3}
----
SELECT id FROM t WHERE name LIKE '_o_'
-- => {"id":2}
----
SELECT id FROM t WHERE note LIKE '%!%!_%' ESCAPE '!'
-- => {"id":3}
----
SELECT id FROM t WHERE note NOT LIKE 'f%'
-- => {"id":3}
----
SELECT id FROM t WHERE id BETWEEN 2 AND 3
-- => {"id":2}
-- => {"id":3}
----
SELECT id FROM t WHERE maybe NOT BETWEEN 1 AND 9
-- => {"id":3}
----
SELECT id FROM t WHERE level = 'HIGH'
-- => {"id":2}
----
SELECT id FROM t WHERE level <> 'NO_SUCH'
-- => {"id":1}
-- => {"id":2}
-- => {"id":3}
----
SELECT id FROM t WHERE name = "order"
-- => {"id":3}
----
SELECT id FROM t WHERE name > 'B' AND name < 'Z'
-- => {"id":2}
----
SELECT id FROM t WHERE big > 9007199254740989
-- => {"id":3}
----
SELECT id, big + 3 AS n, big + 3 > 9007199254740992e0 AS more, CAST(big + 3 AS DOUBLE) = big + 3 AS same FROM t WHERE id = 3
-- => {"id":3,"n":9007199254740993,"more":true,"same":false}
----
SELECT id FROM t WHERE ratio >= 0.5 AND at > at - 1
-- fail: TIMESTAMP_LTZ(3) - INT has no meaning
----
SELECT id FROM t WHERE big <> 0 AND 100 / big > 9
-- => {"id":1}
----
SELECT id FROM t WHERE id = 3 OR 10 / (id - 3) < -5
-- => {"id":2}
-- => {"id":3}
----
SELECT id FROM t WHERE NULL
----
SELECT id FROM t WHERE UPPER(name) = 'BOB' OR UPPER(name) = 'ZOË "Z"'
-- => {"id":2}
-- => {"id":3}
