SELECT JSON_VALUE('{"a":"7"}', '$.a' RETURNING INT NULL ON EMPTY) AS a, JSON_VALUE('{}', '$.a' RETURNING INT NULL ON EMPTY) AS b, JSON_VALUE('[', '$.a' RETURNING DECIMAL(4, 2) NULL NULL ON ERROR) AS c, JSON_QUERY('{"a":[]}', '$.a' RETURNING VARCHAR NULL ON EMPTY NULL ON ERROR) AS d FROM t WHERE id = 1
-- => {"a":7,"b":null,"c":null,"d":"[]"}
----
SELECT JSON_VALUE('{"a":"x"}', '$.a' RETURNING INT) AS a, JSON_VALUE('{"a":"x"}', '$.a' RETURNING INT NULL ON ERROR) AS b, JSON_VALUE('{"a":300}', '$.a' RETURNING TINYINT DEFAULT 5 ON ERROR) AS c, JSON_VALUE('{"a":12}', '$.a' RETURNING INT DEFAULT 5 ON ERROR) AS d FROM t WHERE id = 1
-- => {"a":null,"b":null,"c":5,"d":12}
----
SELECT id, JSON_VALUE('{"a":"' || name || '"}', '$.a' RETURNING BIGINT DEFAULT -1 ON EMPTY DEFAULT id + big ON ERROR) AS a, JSON_VALUE('{"a":null}', '$.a' RETURNING INT DEFAULT 5 ON ERROR) AS b, JSON_VALUE('{}', '$.a' RETURNING INT DEFAULT 4 ON EMPTY DEFAULT 5 ON ERROR) AS c, JSON_VALUE('[', '$.a' RETURNING INT DEFAULT 4 ON EMPTY DEFAULT 5 ON ERROR) AS d, JSON_VALUE('{"a":"x"}', '$.a' RETURNING INT DEFAULT NULL ON ERROR) AS e FROM t WHERE id < 3
-- => {"id":1,"a":11,"b":null,"c":4,"d":5,"e":null}
-- => {"id":2,"a":-1,"b":null,"c":4,"d":5,"e":null}
----
SELECT JSON_VALUE('{"a":"x"}', '$.a' RETURNING INT ERROR ON ERROR) AS a FROM t
-- error: x
----
SELECT JSON_VALUE(doc, '$.big' RETURNING INT DEFAULT 'none' ON ERROR) AS a FROM u
-- error: none
----
SELECT n, JSON_VALUE(doc, '$.big' RETURNING BIGINT DEFAULT n ON ERROR) AS a, JSON_VALUE(doc, '$.big' RETURNING INT DEFAULT n ON ERROR) AS b FROM u
-- => {"n":1,"a":9007199254740993,"b":1}
-- => {"n":2,"a":2,"b":2}
-- => {"n":3,"a":null,"b":null}
----
SELECT JSON_VALUE('{"a":"x"}', '$.b' RETURNING INT ERROR ON EMPTY DEFAULT 5 ON ERROR) AS a FROM t
-- error: nothing is at '$.b'
----
SELECT JSON_QUERY('{"a":[1]}', '$.a' RETURNING INT) AS a, JSON_QUERY('{"a":[1]}', '$.a' RETURNING VARCHAR(2) EMPTY ARRAY ON ERROR) AS b FROM t WHERE id = 1
-- => {"a":null,"b":"[1"}
