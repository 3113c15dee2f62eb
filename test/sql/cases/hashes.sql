SELECT id, MD5(name) AS m, SHA1(name) AS s1, SHA256(name) AS s256 FROM t
-- => {"id":1,"m":"1a382809b7c03f686e12dd15677c5497","s1":"5c3cb098d52deb3f67e97b7fba960c4cf6880461","s256":"99a563ab2f6e21e96998f9fddd2a2bab82b70ac019579502b8d7fc0032ff62bb"}
-- => {"id":2,"m":"2fc1c0beb992cd7096975cfebf9d5c3b","s1":"da6645f6e22bf5f75974dc7eed5fcd6160d6b51e","s256":"cd9fb1e148ccd8442e5aa74904cc73bf6fb54d1d54d333bd596aa9bb4bb4e961"}
-- => {"id":3,"m":"c0c2a5bb5949eefe4d685a5efd070d72","s1":"1b9ccf4f087ba449022c8c4e536cbbee3bcabebc","s256":"c0ef521bb8ab0c410f02474711e1b4529b15680826bbf3fbf63a3856b72d3569"}
----
SELECT SHA2(name, 512) AS s512, SHA384(name) AS s384, SHA224(name) AS s224 FROM t WHERE SHA256(name) LIKE '%b4e961'
-- => {"s512":"0c3e99453b4ae505617a3c9b6ce73fc3cd13ddc3b2e2237459710a57f8ec6d26d056db144ff7c71b00ed4e4c39716e9e2099c8076e604423dd74554d4db1e649","s384":"b7808c5991933fa578a7d41a177b013f2f745a2c4fac90d1e8631a1ce21918dc5fee092a290a6443e47649989ec9871f","s224":"279f0aba2b90ee54755e3772e7f4bd5599e46400617a7c080b955b9c"}
----
SELECT CRC32(name) AS c, TO_BASE64(name) AS b, TO_HEX(name) AS h, FROM_BASE64(TO_BASE64(name)) = CAST(name AS VARBINARY) AS back FROM t
-- => {"c":3040723336,"b":"QWRh","h":"416461","back":true}
-- => {"c":3448174496,"b":"Qm9i","h":"426F62","back":true}
-- => {"c":1115555708,"b":"Wm/DqyAiWiI=","h":"5A6FC3AB20225A22","back":true}
----
SELECT MD5(note) AS a, SHA256(CAST(NULL AS VARCHAR)) AS b FROM t WHERE note IS NULL AND id = 2
-- => {"a":null,"b":null}
----
SELECT SHA257(name) AS a FROM t
-- fail: no function SHA257; did you mean SHA256?
