/** Comparisons, three-valued logic, and the predicates of texts. */
import { kinds, literals } from '../literals.ts';
import type { ExpressionMaker, Production } from '../maker.ts';
import type { Kind } from '../rows.ts';

const comparisons = ['=', '<>', '<', '<=', '>', '>='] as const;
const numeric: readonly Kind[] = ['INT', 'BIGINT', 'DECIMAL', 'DOUBLE'];

/** A kind that may be compared with this one: numbers with each other. BIGINT and DOUBLE ours compares exactly, Calcite as doubles. */
function beside(m: ExpressionMaker, kind: Kind): Kind {
  if (!numeric.includes(kind)) return kind;
  const not = kind === 'BIGINT' ? 'DOUBLE' : kind === 'DOUBLE' ? 'BIGINT' : undefined;
  return m.pick(numeric.filter((k) => k !== not));
}

const comparison: Production = (m, d) => {
  const kind = m.pick(kinds);
  return `(${m.of(kind, d)} ${m.pick(comparisons)} ${m.of(beside(m, kind), d)})`;
};

const patterns = ["'a%'", "'%b'", "'_'", "'%a%'", "''", "'a_c'", "'%'", "'__%'", "'A%'", "'é%'"] as const;
// No point: Calcite takes it for any character.
const similar = ["'[a-c]+'", "'(a|b)%'", "'a{2,3}'", "'_*'", "'[^0-9]*'", "'%(12|abc)'"] as const;

export const booleans: readonly Production[] = [
  comparison,
  comparison,
  comparison,
  (m, d) => `(${m.of('BOOLEAN', d)} AND ${m.of('BOOLEAN', d)})`,
  (m, d) => `(${m.of('BOOLEAN', d)} OR ${m.of('BOOLEAN', d)})`,
  (m, d) => `(NOT ${m.of('BOOLEAN', d)})`,
  (m, d) => `(${m.of(m.pick(kinds), d)} IS ${m.not()}NULL)`,
  (m, d) => `(${m.of('BOOLEAN', d)} IS ${m.not()}${m.pick(['TRUE', 'FALSE', 'UNKNOWN'])})`,
  (m, d) => {
    const kind = m.pick(kinds);
    return `(${m.of(kind, d)} IS ${m.not()}DISTINCT FROM ${m.of(beside(m, kind), d)})`;
  },
  (m, d) => {
    const kind = m.pick(kinds);
    const item = (): string => (m.chance(60) ? m.of(beside(m, kind), d) : m.pick(literals[kind]));
    return `(${m.of(kind, d)} ${m.not()}IN (${m.list(1, 5, item)}))`;
  },
  // Many literals: we look them up in a set.
  (m, d) => {
    const kind = m.pick(['INT', 'BIGINT', 'VARCHAR', 'DATE'] as const);
    return `(${m.of(kind, d)} ${m.not()}IN (${literals[kind].join(', ')}))`;
  },
  (m, d) => {
    const kind = m.pick(kinds.filter((k) => k !== 'BOOLEAN'));
    return `(${m.of(kind, d)} ${m.not()}BETWEEN ${m.of(beside(m, kind), d)} AND ${m.of(beside(m, kind), d)})`;
  },
  (m, d) => `(${m.of('VARCHAR', d)} ${m.not()}LIKE ${m.pick(patterns)})`,
  (m, d) => `(${m.of('VARCHAR', d)} ${m.not()}LIKE ${m.pick(patterns)})`,
  // To Calcite, É and é aren't alike.
  (m, d) => `(${m.of('VARCHAR', d)} ${m.not()}ILIKE ${m.pick(patterns.filter((p) => p !== "'é%'"))})`,
  (m, d) => `(${m.of('VARCHAR', d)} ${m.not()}LIKE '%!%%' ESCAPE '!')`,
  (m, d) => `(${m.of('VARCHAR', d)} LIKE ${m.of('VARCHAR', d)})`,
  (m, d) => `(${m.of('VARCHAR', d)} ${m.not()}SIMILAR TO ${m.pick(similar)})`,
  (m, d) => `(${m.of('VARCHAR', d)} RLIKE ${m.pick(["'^a'", "'[0-9]+$'", "'b|c'", "'^.?$'"])})`,
  (m, d) => `${m.pick(['STARTS_WITH', 'ENDS_WITH'])}(${m.of('VARCHAR', d)}, ${m.of('VARCHAR', d)})`,
  // No ARRAY_CONTAINS: of NULLs ours is Flink's, Calcite's is Spark's.
  (m) => `TRY_CAST(${m.pick(['s', 'u'])} AS BOOLEAN)`,
];
