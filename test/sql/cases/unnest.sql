SELECT id, tag FROM t CROSS JOIN UNNEST(tags) AS x (tag)
-- => {"id":1,"tag":"a"}
-- => {"id":1,"tag":"b"}
-- => {"id":3,"tag":"c"}
----
SELECT id, tag, n FROM t, UNNEST(tags) WITH ORDINALITY AS x (tag, n) WHERE n > 1 OR tag = 'c'
-- => {"id":1,"tag":"b","n":2}
-- => {"id":3,"tag":"c","n":1}
----
SELECT n, name, count FROM u CROSS JOIN UNNEST(items)
-- => {"n":1,"name":"bolt","count":7}
-- => {"n":1,"name":"nut","count":null}
-- => {"n":3,"name":"nut","count":3}
----
SELECT n, i.name, c FROM u CROSS JOIN UNNEST(items) AS i (name, c) WHERE c IS NOT NULL
-- => {"n":1,"name":"bolt","c":7}
-- => {"n":3,"name":"nut","c":3}
----
SELECT n, item FROM u CROSS JOIN UNNEST(items) AS item
-- => {"n":1,"item":{"name":"bolt","count":7}}
-- => {"n":1,"item":{"name":"nut","count":null}}
-- => {"n":3,"item":{"name":"nut","count":3}}
----
SELECT id, k, v FROM t CROSS JOIN UNNEST(props) AS x (k, v)
-- => {"id":1,"k":"k","v":1}
-- => {"id":3,"k":"a","v":2}
-- => {"id":3,"k":"b","v":3}
----
SELECT id, tag FROM t LEFT JOIN UNNEST(tags) AS x (tag) ON TRUE
-- => {"id":1,"tag":"a"}
-- => {"id":1,"tag":"b"}
-- => {"id":2,"tag":null}
-- => {"id":3,"tag":"c"}
----
SELECT id, a, b FROM t CROSS JOIN UNNEST(tags) AS x (a) CROSS JOIN UNNEST(ARRAY[id, 2]) AS y (b) WHERE id = 1
-- => {"id":1,"a":"a","b":1}
-- => {"id":1,"a":"a","b":2}
-- => {"id":1,"a":"b","b":1}
-- => {"id":1,"a":"b","b":2}
----
SELECT 10 / v AS q FROM t CROSS JOIN UNNEST(ARRAY[1, 0]) AS x (v)
-- error: division by zero
----
SELECT tag FROM (SELECT tags FROM t WHERE id = 1) AS s CROSS JOIN UNNEST(tags) AS x (tag) WHERE tag <> 'a'
-- => {"tag":"b"}
