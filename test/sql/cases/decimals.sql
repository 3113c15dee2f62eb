SELECT price, exact, price + 1 AS p1, price * 2 AS p2, price / 3 AS p3, -price AS neg FROM u
-- => {"price":12.30,"exact":12345678901234.5678,"p1":13.30,"p2":24.60,"p3":4.1000000000000,"neg":-12.30}
-- => {"price":null,"exact":-0.0005,"p1":null,"p2":null,"p3":null,"neg":null}
-- => {"price":-0.01,"exact":0.0000,"p1":0.99,"p2":-0.02,"p3":-0.0033333333333,"neg":0.01}
----
SELECT n FROM u WHERE price > 12.295 AND exact > 12345678901234.5677
-- => {"n":1}
----
SELECT n, price = 12.3 AS eq, price IN (12.30, 5) AS i, exact % 1 AS m FROM u WHERE n = 1
-- => {"n":1,"eq":true,"i":true,"m":0.5678}
----
SELECT 0.1 + 0.2 AS s, 1.10 * 3 AS m, CAST(1 AS DECIMAL(38, 0)) AS w FROM t WHERE id = 1
-- => {"s":0.3,"m":3.30,"w":1}
----
-- format: {"json":{"decimal":"string","bigint":"string"}}
SELECT price, big FROM (SELECT price, 9007199254740993 AS big FROM u) AS x
-- => {"price":"12.30","big":"9007199254740993"}
-- => {"price":null,"big":"9007199254740993"}
-- => {"price":"-0.01","big":"9007199254740993"}
----
SELECT CAST(99999999999999999999999999999999999999 AS DECIMAL(38, 0)) * 10 AS x FROM t
-- fail: the number is beyond BIGINT
----
SELECT CAST('99999999999999999999999999999999999999' AS DECIMAL(38, 0)) * id * 10 AS x FROM t
-- error: DECIMAL
----
SELECT price / (n - 1) AS q FROM u
-- error: division by zero
