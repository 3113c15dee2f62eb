/** Prints the tables of docs/rollouts.md, between its two marks, from the tables of a rollout's workflow. `node scripts/rollouts.ts` */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { admissions } from '../src/contracts/rollout-operations.ts';
import { rolloutOperations, rolloutStates } from '../src/contracts/rollout-status.ts';
import { diagram, transitions } from '../src/workflows/rollout/lifecycle.ts';

const page = new URL('../docs/rollouts.md', import.meta.url);
const marks = ['<!-- tables: node scripts/rollouts.ts -->', '<!-- end of tables -->'] as const;

export const rolloutsPage = (): string => readFileSync(page, 'utf8');

/** The page with its tables as the code has them now. */
export function withTables(text: string): string {
  const [from, to] = marks.map((m) => text.indexOf(m));
  if (from === undefined || to === undefined || from < 0 || to < from)
    throw new Error('docs/rollouts.md lacks its marks');
  return `${text.slice(0, from)}${[marks[0], ...tables()].join('\n')}\n${text.slice(to)}`;
}

function tables(): string[] {
  const admitted = rolloutStates.map((state) => {
    const cells = rolloutOperations.map((operation) => {
      const admission = admissions[operation][state];
      return typeof admission === 'string' ? admission : `refused: ${admission.refused}`;
    });
    return `| ${[state, ...cells].join(' | ')} |`;
  });
  return [
    '',
    '```mermaid',
    diagram(),
    '```',
    '',
    '| from | event | to | when |',
    '| --- | --- | --- | --- |',
    ...transitions.map((t) => `| ${t.from.join(', ')} | ${t.event} | ${t.to} | ${t.when} |`),
    '',
    `| state | ${rolloutOperations.join(' | ')} |`,
    `| --- | ${rolloutOperations.map(() => '---').join(' | ')} |`,
    ...admitted,
    '',
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(page, withTables(rolloutsPage()));
