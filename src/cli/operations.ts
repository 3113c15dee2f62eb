/** What is done to a job beside changing its spec, as the command line has it: a row per command. */
import { type Command, Option } from 'commander';
import type { ApplyOptions, MillraceClientPort } from '../client/port.ts';
import type { Operation } from '../contracts/operation.ts';
import type { RequestOutcome } from '../contracts/status.ts';
import { count } from './options.ts';
import { parseOffsets, parseRewind, rewindTargetOf } from './rewind-target.ts';
import type { JobName } from './waiting.ts';

/** `F`: what its own options hold. */
export interface OperationCommand<F> {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly options?: (command: Command) => Command;
  /** Sends it. Throws UsageError for options that don't go together. */
  readonly send: (client: MillraceClientPort, job: JobName, flags: F, change: ApplyOptions) => Promise<RequestOutcome>;
  /** What the job does once it is accepted, and has done when it went well. */
  readonly doing: string;
  readonly done: (flags: F) => string;
  readonly examples: readonly string[];
}

const operate =
  <F>(operation: (flags: F) => Operation): OperationCommand<F>['send'] =>
  (client, { tenant, name }, flags, change) =>
    client.operateJob(tenant, name, operation(flags), change);

export const modeOption = (): Option =>
  new Option(
    '--mode <mode>',
    'drain: finish and commit what has been read (default). cancel: at once. Both lose nothing',
  ).choices(['drain', 'cancel']);

const pause: OperationCommand<object> = {
  name: 'pause',
  summary: 'let a job stand still',
  description: 'Its tasks finish and commit what they have read; then it stands still until it is resumed.',
  send: operate(() => ({ kind: 'pause' })),
  doing: 'pausing',
  done: () => 'paused',
  examples: ['pause job denied -t acme --wait --why "the sink is being moved"'],
};

const resume: OperationCommand<object> = {
  name: 'resume',
  summary: 'let a paused job go on',
  description: 'A paused job goes on from where it stopped.',
  send: operate(() => ({ kind: 'resume' })),
  doing: 'resuming',
  done: () => 'runs again',
  examples: ['resume job denied -t acme --wait'],
};

const restart: OperationCommand<object> = {
  name: 'restart',
  summary: 'start new tasks of the same plan',
  description: 'The same plan takes over as a new generation; a failed job is tried again at once.',
  send: operate(() => ({ kind: 'restart' })),
  doing: 'restarting',
  done: () => 'restarted',
  examples: ['restart job denied -t acme --wait'],
};

export const stop: OperationCommand<{ readonly mode: 'drain' | 'cancel' }> = {
  name: 'stop',
  summary: 'end a job',
  description:
    'Ends a job; its committed offsets stay in Kafka, and applied again it goes on from there. The same as `delete job`.',
  options: (command) => command.addOption(modeOption().default('drain')),
  send: operate(({ mode }) => ({ kind: 'stop', mode })),
  doing: 'stopping',
  done: () => 'stopped',
  examples: ['stop job denied -t acme --wait', 'stop job denied -t acme --mode cancel'],
};

const rescale: OperationCommand<{ readonly tasks: number }> = {
  name: 'rescale',
  summary: "change the number of a job's tasks",
  description:
    'So many tasks from now on; partitions follow. A new revision of the spec: write it into the file that you apply, too.',
  options: (command) => command.requiredOption('--tasks <n>', 'how many tasks', count),
  send: operate(({ tasks }) => ({ kind: 'rescale', tasks })),
  doing: 'rescaling',
  done: ({ tasks }) => `rescaled to ${tasks} ${tasks === 1 ? 'task' : 'tasks'}`,
  examples: ['rescale job denied -t acme --tasks 4 --wait'],
};

interface RewindFlags {
  readonly to?: ReturnType<typeof parseRewind>;
  readonly offsets?: ReturnType<typeof parseOffsets>;
}

const rewind: OperationCommand<RewindFlags> = {
  name: 'rewind',
  summary: 'let a job read from other positions',
  description:
    'Tasks finish, the positions are set, and new tasks begin there. Back: what lies between is output again. Forward: it never is. What that does to exactly once is told when it is done.',
  options: (command) =>
    command
      .option('--to <position>', 'earliest, latest, or an ISO 8601 time such as 2026-01-31T12:00:00Z', parseRewind)
      .option('--offsets <topic:partition=offset,…>', 'the next offset to read; may be repeated', parseOffsets),
  send: operate(({ to, offsets }) => ({ kind: 'rewind', to: rewindTargetOf(to, offsets) })),
  doing: 'rewinding',
  done: () => 'rewound',
  examples: [
    'rewind job denied -t acme --to 2026-01-31T12:00:00Z --wait',
    'rewind job denied -t acme --offsets acme.firewall:0=1200,acme.firewall:1=980',
  ],
};

const rollback: OperationCommand<{ readonly toRevision?: number; readonly inFlightOnly?: boolean }> = {
  name: 'rollback',
  summary: 'go back to an earlier spec of a job',
  description:
    'Applies the spec of an earlier revision as a new one: the newest before the present one that has been healthy, or the one that is named. `describe job` lists those that are kept.',
  options: (command) =>
    command
      .option(
        '--to-revision <n>',
        'the revision whose spec is wanted; by default the newest before that has been healthy',
        count,
      )
      .option('--in-flight-only', 'refuse it where it would have to drain and replace'),
  send: (client, { tenant, name }, { toRevision = null, inFlightOnly = false }, change) =>
    client.rollBackJob(tenant, name, toRevision, { ...change, inFlightOnly }),
  doing: 'going back',
  done: ({ toRevision }) =>
    toRevision === undefined ? 'runs the spec before again' : `runs the spec of revision ${toRevision} again`,
  examples: ['rollback job denied -t acme --wait', 'rollback job denied -t acme --to-revision 3'],
};

const upgrade: OperationCommand<{ readonly release: string }> = {
  name: 'upgrade',
  summary: "move a job to another release of the hosts' code",
  description:
    'The same plan takes over as a new generation on hosts of this release; `get hosts` lists them with theirs.',
  options: (command) => command.requiredOption('--release <release>', 'the release of the hosts'),
  send: operate(({ release }) => ({ kind: 'upgrade', release })),
  doing: 'upgrading',
  done: ({ release }) => `runs on release ${release}`,
  examples: ['upgrade job denied -t acme --release 1.4.0 --wait'],
};

export const operationCommands: readonly OperationCommand<never>[] = [
  pause,
  resume,
  restart,
  stop,
  rescale,
  rewind,
  rollback,
  upgrade,
];
