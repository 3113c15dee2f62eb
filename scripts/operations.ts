/** Prints docs/operations.md from the table of operations and states. `node scripts/operations.ts` */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { jobStates } from '../src/contracts/status.ts';
import { type Admission, admissions } from '../src/workflows/job/operations.ts';

const mark = (admission: Admission): string =>
  admission === 'taken' ? 'yes' : admission === 'already' ? 'no change' : 'refused';

export function operationsPage(): string {
  const rows = Object.entries(admissions).map(([asked, by]) => {
    return `| ${asked} | ${jobStates.map((s) => mark(by[s])).join(' | ')} |`;
  });
  const refusals = Object.entries(admissions).flatMap(([asked, by]) =>
    jobStates.flatMap((state) => {
      const admission = by[state];
      return typeof admission === 'object' ? [`- ${asked} while ${state}: ${admission.refused}`] : [];
    }),
  );
  return [
    '# What may be asked of a job, and when',
    '',
    'Printed from `src/workflows/job/operations.ts` by `node scripts/operations.ts`. Every request has an id: sent twice, it is done',
    'once, and answered by how it went. A request that can not be taken up at once, because a change is under way, waits in the',
    'queue; it is judged by the state that the requests before it lead to, so `resume` may be asked right after `pause`. A job',
    'that drains to pause, or to rewind, is judged as what it will be. A stop is taken up in every state, a pause wherever tasks',
    'run or begin: both cut short what is under way.',
    '',
    `| asked | ${jobStates.join(' | ')} |`,
    `| --- |${jobStates.map(() => ' --- |').join('')}`,
    ...rows,
    '',
    '## Why something is refused',
    '',
    ...refusals,
    '',
    '## What each does',
    '',
    '- **apply** a spec: see [updates](updates.md). While paused it is taken up and runs when the job is resumed. The same spec again leaves',
    '  everything as it is, a failed job that is tried again by itself too; one that waits for its owner is tried again.',
    '- **pause**: every task finishes and commits what it has read, all are fenced, and the workflow keeps the positions, for as',
    '  long as the pause lasts. An update that was under way ends; what it asked for runs when the job is resumed.',
    '- **resume**: a new generation from the committed offsets, or from the kept positions where the broker has forgotten those.',
    '- **restart**: the same plan as a new generation, in flight. A failed job is tried again at once.',
    '- **rescale** to n tasks: a new revision of the same plan; each new task fences those that owned its partitions.',
    "  No more than the tenant's quota allows.",
    '- **rewind** to `earliest`, `latest`, a timestamp, or offsets: the job is drained and fenced, its offsets are set, and it goes',
    '  on from there. What that does to exactly once (how many records are output again, how many never) is in the',
    "  request's note. Positions that can not be set leave the job where it stood. Of a topic that was deleted and made again under its name",
    '  (`topic_recreated`) they are set in the new one; partitions that are not named begin at their beginning.',
    '- **upgrade** to a release: a new generation on hosts that announce that release (`MILLRACE_RELEASE`). Later generations',
    '  prefer such hosts, and take any where there are none.',
    '- **rollback** to a revision: its spec is applied again, as a new revision. Without a number, of the newest revision before',
    '  the present one that has been healthy: one that failed or was rolled back is passed over, and can be named.',
    '- **stop**: drain finishes and commits what has been read; cancel aborts what is not committed. Then everything is fenced.',
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('../docs/operations.md', import.meta.url), operationsPage());
}
