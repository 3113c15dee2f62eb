SELECT id, 'a' = ANY (tags) AS x, 'a' <> ALL (tags) AS y, 'c' IN UNNEST(tags) AS z FROM t
-- => {"id":1,"x":true,"y":false,"z":false}
-- => {"id":2,"x":false,"y":true,"z":false}
-- => {"id":3,"x":false,"y":true,"z":true}
----
SELECT id FROM t WHERE EXISTS (SELECT 1 FROM UNNEST(tags) AS x (tag) WHERE tag = 'b')
-- => {"id":1}
----
SELECT n FROM u WHERE EXISTS (SELECT * FROM UNNEST(items) AS i WHERE i.count > u.n)
-- => {"n":1}
----
SELECT n FROM u WHERE NOT EXISTS (SELECT 1 FROM UNNEST(by_name) AS m (k, v) WHERE v.count > 1)
-- => {"n":1}
-- => {"n":2}
----
SELECT 1 = ANY (ARRAY[2, NULL]) AS u, 2 = ANY (ARRAY[2, NULL]) AS t, 1 <> ALL (ARRAY[2, NULL]) AS v FROM t WHERE id = 1
-- => {"u":null,"t":true,"v":null}
----
SELECT TRANSFORM(tags, x -> x || CAST(id AS VARCHAR)) AS a, FILTER(tags, x -> x <> 'a') AS f, CARDINALITY(tags) AS c FROM t
-- => {"a":["a1","b1"],"f":["b"],"c":2}
-- => {"a":[],"f":[],"c":0}
-- => {"a":["c3"],"f":["c"],"c":1}
----
SELECT TRANSFORM(items, i -> i.count + n) AS a FROM u
-- => {"a":[8,null]}
-- => {"a":[]}
-- => {"a":[6]}
