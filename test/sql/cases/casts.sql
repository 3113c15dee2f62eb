SELECT CAST(id AS VARCHAR) a, CAST('12' AS INT) + id b, id::DOUBLE c, CAST(ratio AS BIGINT) d, CAST(flag AS VARCHAR) e, CAST(id AS DECIMAL(5, 2)) f FROM t WHERE id < 3
-- => {"a":"1","b":13,"c":1,"d":0,"e":"TRUE","f":1.00}
-- => {"a":"2","b":14,"c":2,"d":2,"e":"FALSE","f":2.00}
----
SELECT TRY_CAST(name AS INT) a, TRY_CAST('7' AS INT) b, TRY_CAST(big AS INT) c, TRY_CAST('x' AS BOOLEAN) d FROM t
-- => {"a":null,"b":7,"c":10,"d":null}
-- => {"a":null,"b":7,"c":-3,"d":null}
-- => {"a":null,"b":7,"c":null,"d":null}
----
SELECT CAST(name AS INT) FROM t
-- error: Ada
----
SELECT CAST(big AS INT) AS i FROM t
-- error: INT
----
SELECT CAST(name AS VARCHAR(2)) s, CAST(raw AS VARCHAR) r, CAST(name AS BYTES) b FROM t WHERE id = 1
-- => {"s":"Ad","r":"hello","b":"QWRh"}
----
SELECT CAST(day AS VARCHAR) d, CAST(clock AS VARCHAR) c, CAST(seen AS VARCHAR) s, CAST(price AS VARCHAR) p, CAST(day AS TIMESTAMP(3)) t FROM u
-- => {"d":"2026-01-31","c":"12:34:56.789","s":"2026-01-31 13:04:56.789012","p":"12.30","t":1769817600000}
-- => {"d":"1969-12-31","c":"00:00:00.000","s":"1969-12-31 23:59:59.999999","p":null,"t":-86400000}
-- => {"d":"2000-02-29","c":"23:59:59.999","s":"2000-02-29 00:00:00.000000","p":"-0.01","t":951782400000}
----
SELECT CAST('2026-01-31' AS DATE) d, CAST('2026-01-31 12:00:00.5' AS TIMESTAMP(3)) t, CAST('12:00:00' AS TIME(3)) c FROM t WHERE id = 1
-- => {"d":20484,"t":1769860800500,"c":43200000}
----
SELECT CAST(tags AS VARCHAR) a, CAST(props AS VARCHAR) m, CAST(geo AS VARCHAR) g FROM t WHERE id = 1
-- => {"a":"[a, b]","m":"{k=1}","g":"(DE, (1.5, 7))"}
----
SELECT CAST(ARRAY['1', '2'] AS ARRAY<INT>) a, CAST(ROW(1, 'x') AS ROW<n BIGINT, s VARCHAR>) r FROM t WHERE id = 1
-- => {"a":[1,2],"r":{"n":1,"s":"x"}}
----
SELECT CAST(TIMESTAMP '2026-01-31 12:00:00.567' AS TIMESTAMP(0)) a, CAST('2026-01-31 12:00:00.567' AS TIMESTAMP(1)) b, CAST(seen AS TIMESTAMP_LTZ(0)) c, CAST(seen AS TIMESTAMP(4)) d, CAST(nano AS TIMESTAMP(8)) e, seen::TIMESTAMP(2) f, TRY_CAST('x' AS TIMESTAMP(0)) g FROM u
-- => {"a":1769860800000,"b":1769860800500,"c":1769864696000,"d":1769864696789000,"e":1769864696789000,"f":1769864696780,"g":null}
-- => {"a":1769860800000,"b":1769860800500,"c":-1000,"d":-100,"e":0,"f":-10,"g":null}
-- => {"a":1769860800000,"b":1769860800500,"c":951782400000,"d":951782400000000,"e":0,"f":951782400000,"g":null}
----
SELECT CAST(clock AS TIME) a, CAST('12:00:00.5' AS TIME) b, CAST(fine AS TIME(1)) c, CAST(fine AS TIME(5)) d, CAST(clock AS TIME) = CAST(clock AS TIME(3)) e, CAST(local AS TIMESTAMP(0)) f FROM u WHERE n < 3
-- => {"a":45296000,"b":43200000,"c":45296700,"d":45296789010,"e":false,"f":1769864696000}
-- => {"a":0,"b":43200000,"c":0,"d":0,"e":true,"f":null}
----
SELECT JSON_VALUE(doc, 'lax $.x' RETURNING TIMESTAMP(0)) a, CAST(TIMESTAMP '9999-12-31 23:59:59.999999' AS TIMESTAMP(0)) b, CAST(CAST('1600-01-01 00:00:00.999999' AS TIMESTAMP(6)) AS TIMESTAMP(5)) c FROM u WHERE n = 1
-- => {"a":null,"b":253402300799000,"c":-11676095999000010}
----
SELECT CAST('12:00:00.1234567' AS TIME(7)) FROM u
-- fail: a TIME has at most 6 digits of a second, not 7
----
SELECT CAST(ARRAY['12:00:00'] AS ARRAY<TIME>) FROM u
-- fail: TIME(0) within ARRAY, MAP or ROW
-- fail: write TIME(3)
----
SELECT CAST(ROW('2026-01-31 12:00:00') AS ROW<at TIMESTAMP_LTZ(7)>) FROM u
-- fail: TIMESTAMP_LTZ(7) within ARRAY, MAP or ROW
-- fail: write TIMESTAMP_LTZ(9)
----
SELECT CAST('1.5' AS INT) a, CAST('-1.9' AS BIGINT) b, CAST('1e3' AS INT) c, CAST(' +12.5E-1 ' AS SMALLINT) d, CAST('.5' AS INT) e, CAST('5.' AS INT) f, CAST('-0.9' AS INT) g, CAST('9223372036854775807.99' AS BIGINT) h, CAST('-92233720368547758.08e2' AS BIGINT) i, CAST('0e99999999999999999999' AS INT) j, CAST('1e-99999999999999999999' AS TINYINT) k, CAST(name || '.7' AS INT) l FROM (SELECT CAST(id AS VARCHAR) AS name FROM t WHERE id = 2) AS x
-- => {"a":1,"b":-1,"c":1000,"d":1,"e":0,"f":5,"g":0,"h":9223372036854775807,"i":-9223372036854775808,"j":0,"k":0,"l":2}
----
SELECT TRY_CAST('1.5x' AS INT) a, TRY_CAST('' AS INT) b, TRY_CAST(' ' AS INT) c, TRY_CAST('.' AS INT) d, TRY_CAST('1e' AS INT) e, TRY_CAST('1.5.2' AS INT) f, TRY_CAST('9223372036854775808.0' AS BIGINT) g, TRY_CAST('1e19' AS BIGINT) h, TRY_CAST('127.9' AS TINYINT) i, TRY_CAST('1e99999999999999999999' AS BIGINT) j, TRY_CAST('e3' AS INT) k, TRY_CAST('Infinity' AS INT) l FROM t WHERE id = 1
-- => {"a":null,"b":null,"c":null,"d":null,"e":null,"f":null,"g":null,"h":null,"i":127,"j":null,"k":null,"l":null}
----
SELECT CAST('1.5x' AS INT) FROM t
-- error: '1.5x' can't be cast to INT
