/** Everything about one job, on one page for people. */
import type { JobStatus, RequestOutcome, TaskStatus } from '../contracts/status.ts';
import { changeText } from '../contracts/topic-change.ts';
import { kindText } from './preview-text.ts';
import { progressOf } from './progress.ts';
import { ageSince, type Facts, factText, grouped, labelText, section, table } from './table.ts';

/** The newest requests are what one looks for; -o json has all that are kept. */
const requestsShown = 10;

export function jobText(job: JobStatus): string {
  const { kafka } = job.spec.sink;
  const earlier = job.pastRevisions.filter((n) => n !== job.revision);
  const facts: Facts = [
    ['Job', `${job.tenant}/${job.name}`],
    ['State', `${job.state} for ${ageSince(job.since)}, since ${job.since}`],
    ...(job.progress === null ? [] : [['Progress', progressOf(job.progress)] as const]),
    ['Next', job.next],
    ...(job.retryAt === null ? [] : [['Retry at', job.retryAt] as const]),
    ...job.changes.map((change) => ['Topics', changeText(change)] as const),
    ['Revision', `${job.revision}, generation ${job.generation}, plan ${job.plan}`],
    ['Roll back to', earlier.length === 0 ? '-' : earlier.join(', ')],
    ['Release', job.release ?? 'any'],
    ['Labels', labelText(job.labels)],
    ['Reads', job.streams.join(', ')],
    ['Writes', `${kafka.topic} (${formatText(kafka.format)}, cluster ${kafka.cluster}), ${job.spec.delivery}`],
    ['Bad records', job.spec.errors.policy === 'dlq' ? `to ${job.spec.errors.topic}` : job.spec.errors.policy],
    ['Started', job.startedAt],
  ];
  return [
    factText(facts),
    section('Tasks', job.tasks.length === 0 ? 'none\n' : taskTable(job.tasks)),
    job.lastFailure === null ? '' : section('Last failure', failureText(job.lastFailure)),
    job.requests.length === 0 ? '' : section('Requests', requestTable(job.requests)),
    section('SQL', `${job.spec.sql}\n`),
    section('Output', outputTable(job)),
  ].join('');
}

const formatText = (format: JobStatus['spec']['sink']['kafka']['format']): string =>
  typeof format === 'string' ? format : JSON.stringify(format);

function taskTable(tasks: readonly TaskStatus[]): string {
  const head = ['TASK', 'HOST', 'RELEASE', 'HEALTH', 'IN', 'OUT', 'FAILED', 'LAG', 'BUSY MS', 'WAITING FOR'];
  return table(
    head,
    tasks.map(({ index, hostId, release, report }) =>
      report === null
        ? [String(index), hostId ?? '-', release ?? '-', 'unknown', '-', '-', '-', '-', '-', '']
        : [
            String(index),
            hostId ?? report.hostId,
            release ?? '-',
            report.healthy ? 'healthy' : 'starting',
            grouped(report.counters.recordsIn),
            grouped(report.counters.recordsOut),
            grouped(report.counters.recordsFailed),
            grouped(report.lag),
            grouped(report.counters.busyMs),
            report.stalled ?? '',
          ],
    ),
  );
}

function failureText(f: NonNullable<JobStatus['lastFailure']>): string {
  const record =
    f.record === undefined ? [] : [`at ${f.record.topic}-${f.record.partition}, offset ${f.record.offset}`];
  const stage = f.stage === undefined ? [] : [`in ${f.stage}`];
  return `${[f.code, ...stage, ...record, `(${f.at})`].join(' ')}\n${f.message}\n`;
}

/** The newest first. */
function requestTable(requests: readonly RequestOutcome[]): string {
  const rows = requests
    .slice(-requestsShown)
    .reverse()
    .map((r) => [
      r.asked,
      String(r.revision),
      r.outcome,
      r.verdict === undefined ? '-' : kindText[r.verdict.kind],
      r.requestId,
      [r.cause?.message, r.note].filter((text) => text !== undefined).join(' '),
    ]);
  return table(['ASKED', 'REVISION', 'OUTCOME', 'HOW', 'REQUEST', 'REMARK'], rows);
}

const outputTable = ({ activePlan, desiredPlan }: JobStatus): string =>
  table(
    ['COLUMN', 'TYPE'],
    (activePlan ?? desiredPlan).output.map((c) => [c.name, c.type]),
  );
