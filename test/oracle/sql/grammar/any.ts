/** Forms that exist for every type. */
import type { Production } from '../maker.ts';
import type { Kind } from '../rows.ts';

export const everything: readonly ((kind: Kind) => Production)[] = [
  (kind) => (m, d) => `COALESCE(${m.of(kind, d)}, ${m.branch(kind, d)})`,
  (kind) => (m, d) => `NULLIF(${m.of(kind, d)}, ${m.of(kind, d)})`,
  (kind) => (m, d) => `${m.pick(['IFNULL', 'NVL'])}(${m.of(kind, d)}, ${m.branch(kind, d)})`,
  (kind) => (m, d) => `IF(${m.of('BOOLEAN', d)}, ${m.branch(kind, d)}, ${m.branch(kind, d)})`,
  (kind) => (m, d) => `${m.pick(['GREATEST', 'LEAST'])}(${m.of(kind, d)}, ${m.of(kind, d)}, ${m.of(kind, d)})`,
  (kind) => (m, d) => `CASE WHEN ${m.of('BOOLEAN', d)} THEN ${m.branch(kind, d)} ELSE ${m.branch(kind, d)} END`,
  (kind) => (m, d) =>
    `CASE WHEN ${m.of('BOOLEAN', d)} THEN ${m.branch(kind, d)} WHEN ${m.branch('BOOLEAN', d)} THEN ${m.branch(kind, d)} END`,
  (kind) => (m, d) => `CASE WHEN ${m.of('BOOLEAN', d)} THEN ${m.branch(kind, d)} ELSE NULL END`,
  (kind) => (m, d) => {
    const subject = m.pick(['INT', 'VARCHAR', 'BIGINT', 'DATE'] as const);
    return `CASE ${m.of(subject, d)} WHEN ${m.of(subject, d)} THEN ${m.branch(kind, d)} ELSE ${m.branch(kind, d)} END`;
  },
];
