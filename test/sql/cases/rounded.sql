-- The scale of what ROUND and TRUNCATE make is what a literal says: Flink's LogicalTypeMerging.findRoundDecimalType, and Flink 2.1's answers.
SELECT ROUND(1.2345, 2) a, ROUND(1.5) b, ROUND(125.5, -1) c, ROUND(1.2345, 10) d, ROUND(99.9, 0) e, ROUND(125, -1) f, TRUNCATE(42.345, 2) g, TRUNCATE(42.345) h, TRUNCATE(42.345, -1) i, ROUND(price, n) j, ROUND(exact, 1) k, ROUND(-0.05, 1) l, ROUND(0.4, 0) m FROM u WHERE n = 1
-- => {"a":1.23,"b":2,"c":130,"d":1.2345,"e":100,"f":130,"g":42.34,"h":42,"i":40,"j":12.30,"k":12345678901234.6,"l":-0.1,"m":0}
----
SELECT CAST(ROUND(price, 1) AS VARCHAR) a, CAST(ROUND(99999999.999, -7) AS VARCHAR) b FROM u WHERE n = 1
-- => {"a":"12.3","b":"100000000"}
----
SELECT TIMESTAMPADD(HOUR, 1, DATE '2020-01-01') a, TIMESTAMPADD(DAY, 1, DATE '2020-01-01') b, CAST(CURRENT_ROW_TIMESTAMP() AS VARCHAR) IS NULL c FROM t WHERE id = 1
-- => {"a":1577840400000,"b":18263,"c":false}
