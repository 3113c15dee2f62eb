/** Writes the rules of the update verdict into docs/updates.md. `node scripts/updates.ts` */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { verdictKinds } from '../src/contracts/verdict.ts';
import { updateRules } from '../src/policies/update-verdict.ts';

const page = new URL('../docs/updates.md', import.meta.url);
const [begin, end] = ['<!-- rules -->', '<!-- end of rules -->'];

/** The page with the rules as they are now; what stands around them is written by hand. */
export function updatesPage(): string {
  const text = readFileSync(page, 'utf8');
  const [before = '', rest = ''] = text.split(`${begin}\n`);
  const [, after = ''] = rest.split(end);
  return `${before}${begin}\n\n${rulesTable()}\n\n${end}${after}`;
}

function rulesTable(): string {
  const strongestFirst = [...updateRules].sort((a, b) => verdictKinds.indexOf(b.kind) - verdictKinds.indexOf(a.kind));
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const rows = strongestFirst.map((r) => `| ${[r.change, `\`${r.kind}\``, r.why, r.remedy].map(cell).join(' | ')} |`);
  return ['| what changes | verdict | why | what its owner can do |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(page, updatesPage());
