-- NULL of a negative length and of an empty pad: Flink's SqlFunctionUtils.lpad and rpad.
SELECT LPAD('abc', -1, 'x') a, RPAD('abc', -1, 'x') b, LPAD('abc', 5, '') c, RPAD('abc', 2, '') d, LPAD('abc', 0, 'x') e, LPAD(name, id - 2, 'x') f FROM t
-- => {"a":null,"b":null,"c":null,"d":null,"e":"","f":null}
-- => {"a":null,"b":null,"c":null,"d":null,"e":"","f":""}
-- => {"a":null,"b":null,"c":null,"d":null,"e":"","f":"Z"}
