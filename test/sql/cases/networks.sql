SELECT id, CIDR_CONTAINS('10.0.0.0/30', '10.0.0.' || CAST(id * 2 - 1 AS VARCHAR)) AS c, IPV4_TO_INT('10.0.0.' || CAST(id AS VARCHAR)) AS n, INT_TO_IPV4(4294967296 - id) AS ip FROM t
-- => {"id":1,"c":true,"n":167772161,"ip":"255.255.255.255"}
-- => {"id":2,"c":true,"n":167772162,"ip":"255.255.255.254"}
-- => {"id":3,"c":false,"n":167772163,"ip":"255.255.255.253"}
----
SELECT CIDR_MIN('2001:db8::/33') AS least, CIDR_MAX('2001:db8::/33') AS most, CIDR_PREFIX_LENGTH('2001:db8::/33') AS bits, CIDR_CONTAINS('2001:db8::/33', '2001:db8:7fff::1') AS within, CIDR_CONTAINS('2001:db8::/33', '2001:db8:8000::') AS beyond FROM t WHERE id = 1
-- => {"least":"2001:db8::","most":"2001:db8:7fff:ffff:ffff:ffff:ffff:ffff","bits":33,"within":true,"beyond":false}
----
SELECT IP_VERSION('::1') AS six, IP_VERSION('127.0.0.1') AS four, IP_VERSION(name) AS none, IP_CANONICAL('2001:0DB8:0:0:0:0:0:1') AS short, IP_IS_PRIVATE('172.31.255.255') AS private, IP_IS_PRIVATE('172.32.0.0') AS public FROM t WHERE id = 1
-- => {"six":6,"four":4,"none":null,"short":"2001:db8::1","private":true,"public":false}
----
SELECT CIDR_CONTAINS('10.0.0.0/8', note) AS n, IP_IS_PRIVATE(note) AS p FROM t WHERE note IS NULL AND id = 2
-- => {"n":null,"p":null}
