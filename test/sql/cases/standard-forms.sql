-- Forms of the standard, with Flink 2.1's answers where it has them: TemporalTypesTest, ScalarOperatorsTest, JsonFunctionsITCase, SqlExpressionTest.
SELECT CASE id WHEN 1, 2 THEN 'low' WHEN 3, 4 THEN 'high' END a, 5 BETWEEN SYMMETRIC 10 AND id b, 5 NOT BETWEEN SYMMETRIC 10 AND id c, 5 BETWEEN ASYMMETRIC 10 AND id d, maybe BETWEEN SYMMETRIC 9 AND 1 e FROM t
-- => {"a":"low","b":true,"c":false,"d":false,"e":true}
-- => {"a":"low","b":true,"c":false,"d":false,"e":null}
-- => {"a":"high","b":true,"c":false,"d":false,"e":false}
----
SELECT TRIM(BOTH ' a ') a, TRIM(LEADING ' a ') b, TRIM(TRAILING ' a ') c, UNKNOWN d, TRUE AND UNKNOWN e, FALSE AND unknown f, `UPPER`('a') g, "LOWER"('A') h FROM t WHERE id = 1
-- => {"a":"a","b":"a ","c":" a","d":null,"e":null,"f":false,"g":"A","h":"a"}
----
-- A column of that name goes before.
SELECT unknown FROM (SELECT id AS unknown FROM t WHERE id = 1) AS x
-- => {"unknown":1}
----
SELECT 'abc'
  'def' a, N'abc' b, _UTF8'ü' c, U&'\0041b\+01F600' d, U&'!0041\!!' UESCAPE '!' e FROM t WHERE id = 1
-- => {"a":"abcdef","b":"abc","c":"ü","d":"Ab😀","e":"A\\!"}
----
SELECT U&'\00g1' a FROM t
-- fail: four hexadecimal digits
----
SELECT CAST(INTERVAL '3' DAYS AS VARCHAR) a, CAST(INTERVAL '10' SECONDS AS VARCHAR) b, CAST(INTERVAL '1-2' YEARS TO MONTHS AS VARCHAR) c, CAST(INTERVAL '1' QUARTER AS VARCHAR) d, CAST(INTERVAL -'2' WEEKS AS VARCHAR) e, DATE '2020-01-01' + INTERVAL '1' WEEK f FROM t WHERE id = 1
-- => {"a":"+3 00:00:00.000","b":"+0 00:00:10.000","c":"+1-02","d":"+0-03","e":"-14 00:00:00.000","f":18269}
----
SELECT TIMESTAMPADD(SQL_TSI_DAY, 1, TIMESTAMP '2020-01-01 00:00:00') a, TIMESTAMPADD(QUARTER, 1, TIMESTAMP '2020-01-01 00:00:00') b, TIMESTAMPDIFF(SQL_TSI_WEEK, DATE '2020-01-01', DATE '2020-02-01') c, TIMESTAMPDIFF(HOUR, TIME '01:00:00', TIME '03:30:00') d, TIMESTAMPADD(MONTH, 1, DATE '2020-01-31') e, TIMESTAMPADD(HOUR, 1, TIME '23:30:00') f FROM t WHERE id = 1
-- => {"a":1577923200000,"b":1585699200000,"c":4,"d":2,"e":18321,"f":1800000}
