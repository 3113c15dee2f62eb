/** Prints docs/states.md from the transition table of a job. `node scripts/states.ts` */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { diagram, transitions } from '../src/workflows/job/lifecycle.ts';

export function statesPage(): string {
  const rows = transitions.map((t) => `| ${t.from.join(', ')} | ${t.event} | ${t.to} | ${t.when} |`);
  return [
    '# The states of a job',
    '',
    'Printed from `src/workflows/job/lifecycle.ts` by `node scripts/states.ts`; what is not here can not happen.',
    '',
    '```mermaid',
    diagram(),
    '```',
    '',
    '| from | event | to | when |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('../docs/states.md', import.meta.url), statesPage());
}
