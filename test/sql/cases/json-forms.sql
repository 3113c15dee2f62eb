-- IS JSON and ON NULL, with Flink 2.1's answers: JsonFunctionsITCase, Calcite's SqlOperatorTest.
SELECT '{"a":1}' IS JSON a, '[1]' IS JSON ARRAY b, '1' IS JSON SCALAR c, 'x' IS NOT JSON OBJECT d, CAST(NULL AS VARCHAR) IS JSON e, CAST(NULL AS VARCHAR) IS NOT JSON SCALAR f, '{}' IS JSON OBJECT g, 'null' IS JSON VALUE h, '[' IS JSON i FROM t WHERE id = 1
-- => {"a":true,"b":true,"c":true,"d":true,"e":false,"f":true,"g":true,"h":true,"i":false}
----
SELECT n, doc IS JSON a, doc IS JSON ARRAY b FROM u
-- => {"n":1,"a":true,"b":false}
-- => {"n":2,"a":false,"b":false}
-- => {"n":3,"a":true,"b":true}
----
SELECT JSON_OBJECT('a' VALUE maybe ABSENT ON NULL) a, JSON_OBJECT('a' VALUE maybe, 'b' VALUE 1 ABSENT ON NULL) b, JSON_OBJECT('a' VALUE maybe NULL ON NULL) c, JSON_ARRAY(1, maybe NULL ON NULL) d, JSON_ARRAY(1, maybe) e, JSON_ARRAY(NULL ON NULL) f FROM t WHERE id = 2
-- => {"a":"{}","b":"{\"b\":1}","c":"{\"a\":null}","d":"[1,null]","e":"[1]","f":"[]"}
----
SELECT JSON_QUERY('["a","b",null]', '$' RETURNING ARRAY<STRING>) a, JSON_QUERY('{"a":1}', '$' RETURNING ARRAY<STRING>) b, JSON_QUERY('[1,{"a":2}]', '$' RETURNING ARRAY<STRING>) c, JSON_QUERY('{"a":1}', '$' RETURNING ARRAY<STRING> EMPTY ARRAY ON ERROR) d, CARDINALITY(JSON_QUERY(doc, '$.a.b' RETURNING ARRAY<STRING>)) e FROM u WHERE n = 1
-- => {"a":["a","b",null],"b":null,"c":["1","{\"a\":2}"],"d":[],"e":3}
----
SELECT JSON_QUERY('{}', '$' RETURNING ARRAY<STRING> ERROR ON ERROR) a FROM t
-- error: no array
----
-- JSON's null is nothing, by a lax path; a conditional wrapper leaves arrays alone.
SELECT JSON_VALUE('{"a":null}', '$.a' DEFAULT 'empty' ON EMPTY DEFAULT 'error' ON ERROR) a, JSON_VALUE('{"a":null}', 'strict $.a' DEFAULT 'empty' ON EMPTY DEFAULT 'error' ON ERROR) b, JSON_QUERY('{"a":{"b":1}}', '$.a' WITH CONDITIONAL WRAPPER) c, JSON_QUERY('{"a":[1]}', '$.a' WITH CONDITIONAL WRAPPER) d, JSON_QUERY('{"a":[1]}', '$.a' WITH WRAPPER) e FROM t WHERE id = 1
-- => {"a":"empty","b":"error","c":"[{\"b\":1}]","d":"[1]","e":"[[1]]"}
