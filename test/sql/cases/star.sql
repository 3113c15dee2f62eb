SELECT * EXCLUDE (note, big, maybe, ratio, flag, level, at, geo, tags, props, raw, mixed) FROM t WHERE id = 1
-- => {"id":1,"name":"Ada","order":"x"}
----
SELECT * EXCLUDE (note, big, maybe, ratio, flag, level, at, geo, tags, props, raw, mixed) REPLACE (UPPER(name) AS name, id * 10 AS id) FROM t WHERE id = 2
-- => {"id":20,"name":"BOB","order":"y"}
----
SELECT s.*, id + 1 AS next FROM (SELECT id, name AS n FROM t) AS s WHERE n = 'Bob'
-- => {"id":2,"n":"Bob","next":3}
----
SELECT id, geo.* FROM t
-- => {"id":1,"country":"DE","point":{"x":1.5,"y":7}}
-- => {"id":2,"country":null,"point":null}
-- => {"id":3,"country":null,"point":{"x":0,"y":-1}}
----
SELECT * REPLACE (1 AS nothing) FROM t
-- fail: * has no column nothing
