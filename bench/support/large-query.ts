/** A schema of 300 columns and a query of 200 expressions over them: what compiling has to be quick for. */
const columnCount = 300;
const expressionCount = 200;

const types = ['"long"', '"string"', '"double"', '["null","string"]', '["null","long"]', '"boolean"'] as const;

export const largeSchema = `{"type":"record","name":"Wide","fields":[${Array.from(
  { length: columnCount },
  (_, n) => `{"name":"c${n}","type":${types[n % types.length]}}`,
).join(',')}]}`;

/** Column n of those of one type. */
const column = (type: number, n: number): string => `c${(n * types.length + type) % columnCount}`;

const shapes: readonly ((n: number) => string)[] = [
  (n) => `${column(0, n)} + ${column(0, n + 1)} * 2 - ${n}`,
  (n) => `UPPER(${column(1, n)}) || '-' || COALESCE(${column(3, n)}, 'none ${n}')`,
  (n) =>
    `CASE WHEN ${column(0, n)} > ${n} THEN ${column(1, n)} WHEN ${column(5, n)} THEN 'yes' ELSE LOWER(${column(1, n + 2)}) END`,
  (n) => `CAST(${column(0, n)} AS VARCHAR) || '/' || CAST(${column(2, n)} AS VARCHAR)`,
  (n) => `${column(3, n)} LIKE 'a%${n}' OR ${column(4, n)} BETWEEN ${n} AND ${n + 100}`,
  (n) => `COALESCE(${column(4, n)}, ${column(0, n)}) / (${n} + 1)`,
  (n) => `${column(1, n)} IN ('x${n}', 'y${n}', 'z') AND ${column(4, n)} IS NOT NULL`,
  (n) => `NULLIF(SUBSTRING(${column(1, n)} FROM 2 FOR 5), 'abc')`,
];

/** The same expressions for the same number; another number makes another query, which nothing has been kept of. */
export const largeQuery = (number: number): string =>
  `SELECT ${Array.from(
    { length: expressionCount },
    (_, n) => `${shapes[n % shapes.length]!(n)} AS e${n}_${number}`,
  ).join(', ')} FROM wide WHERE c0 > ${number} AND c1 <> 'dropped'`;
