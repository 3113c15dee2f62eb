SELECT id, CASE WHEN id > 1 THEN u END = u AS same FROM (SELECT id, UUID() AS u FROM t) AS q
-- => {"id":1,"same":null}
-- => {"id":2,"same":true}
-- => {"id":3,"same":true}
----
SELECT UUID() = UUID() AS same FROM t WHERE id = 1
-- => {"same":false}
----
SELECT tag, l[1] = l[2] AS two, l[1] = a AS same FROM (SELECT tag, a, TRANSFORM(ARRAY[1, 2], x -> a) AS l FROM (SELECT tags, UUID() AS a FROM t WHERE id < 3) AS q CROSS JOIN UNNEST(tags) AS u (tag)) AS w
-- => {"tag":"a","two":true,"same":true}
-- => {"tag":"b","two":true,"same":true}
