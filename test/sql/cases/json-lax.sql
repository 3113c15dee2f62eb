-- A lax path to a value of the wrong kind takes ON EMPTY, a strict one ON ERROR: Calcite's JsonFunctions.jsonValueExpression and jsonQuery, and Flink 2.1's answers.
SELECT JSON_VALUE('{"a":[1]}', 'lax $.a' DEFAULT 'empty' ON EMPTY DEFAULT 'error' ON ERROR) a, JSON_VALUE('{"a":{"b":1}}', '$.a' DEFAULT 'empty' ON EMPTY DEFAULT 'error' ON ERROR) b, JSON_VALUE('{"a":[1]}', 'strict $.a' DEFAULT 'empty' ON EMPTY DEFAULT 'error' ON ERROR) c, JSON_VALUE('{"a":1}', 'strict $.b' DEFAULT 'empty' ON EMPTY DEFAULT 'error' ON ERROR) d, JSON_VALUE('[1,2]', '$[*]' DEFAULT 'empty' ON EMPTY DEFAULT 'error' ON ERROR) e, JSON_VALUE('x', '$' DEFAULT 'empty' ON EMPTY DEFAULT 'error' ON ERROR) f FROM t WHERE id = 1
-- => {"a":"empty","b":"empty","c":"error","d":"error","e":"empty","f":"error"}
----
SELECT JSON_QUERY('{"a":1}', 'lax $.a' EMPTY ARRAY ON EMPTY EMPTY OBJECT ON ERROR) a, JSON_QUERY('{"a":1}', 'strict $.a' EMPTY ARRAY ON EMPTY EMPTY OBJECT ON ERROR) b, JSON_QUERY('{"a":1}', '$.a') c, JSON_QUERY('{"a":1}', '$.b' EMPTY ARRAY ON EMPTY EMPTY OBJECT ON ERROR) d FROM t WHERE id = 1
-- => {"a":"[]","b":"{}","c":null,"d":"[]"}
----
SELECT JSON_VALUE('{"a":[1]}', '$.a' ERROR ON EMPTY) AS a FROM t
-- error: at '$.a' is not one string, number or boolean
