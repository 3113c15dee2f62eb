-- CHAR and BINARY are filled to their length, which is 1 where none is named; what is longer is cut off: Flink 2.1's answers, CastFunctionITCase.
SELECT CAST('abc' AS CHAR) a, CAST('abc' AS CHAR(5)) || '|' b, CAST('abc' AS CHAR(2)) c, CAST(id AS CHAR(3)) || '|' d, CHAR_LENGTH(CAST('ü' AS CHARACTER(4))) e, CAST('abc' AS CHARACTER VARYING(2)) f FROM t WHERE id = 2
-- => {"a":"a","b":"abc  |","c":"ab","d":"2  |","e":4,"f":"ab"}
----
SELECT CAST('abc' AS BINARY(2)) a, CAST('abc' AS VARBINARY(2)) b, CAST(X'4142' AS BINARY(4)) c, CAST(X'4142' AS VARBINARY(4)) d, CAST(raw AS BINARY) e, CAST(CAST('ab' AS CHAR(3)) AS BYTES) f, CAST(raw AS BYTES) g FROM t WHERE id = 1
-- => {"a":"YWI=","b":"YWI=","c":"QUIAAA==","d":"QUI=","e":"aA==","f":"YWIg","g":"aGVsbG8="}
----
SELECT CAST(name AS BYTES(3)) a FROM t
-- fail: a BYTES has no length
----
SELECT CAST(name AS CHAR(0)) a FROM t
-- fail: a CHAR has at least 1 character
----
SELECT CAST(name AS VARCHAR(2147483647)) a, CAST(name AS CHAR(2147483647)) b FROM t
-- error: CHAR would make a text of
