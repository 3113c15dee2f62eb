/**
 * The life of a job as a table: from-states, event, to-state. Pure.
 * It owns which edges are legal and nothing else: when an edge is taken is decide.ts's business, what it does is steps/'s.
 * docs/states.md is printed from this table, and a test holds the two together.
 */
import type { JobState } from '../../contracts/status.ts';

export const jobEvents = [
  'applied',
  'restart_asked',
  'renewed',
  'followed',
  'confirmed',
  'refused',
  'left',
  'lost',
  'broken',
  'undone',
  'retried',
  'pause_asked',
  'paused',
  'resumed',
  'rewind_asked',
  'rewound',
  'stop_asked',
  'ended',
] as const;

export type JobEvent = (typeof jobEvents)[number];

export interface Transition {
  readonly from: readonly JobState[];
  readonly event: JobEvent;
  readonly to: JobState;
  /** When it is taken, for the diagram's reader. */
  readonly when: string;
}

export const transitions: readonly Transition[] = [
  {
    from: ['deploying', 'updating', 'rolling_back'],
    event: 'confirmed',
    to: 'running',
    when: 'every task has shown health',
  },
  { from: ['running'], event: 'applied', to: 'updating', when: 'a changed spec was accepted' },
  {
    from: ['running'],
    event: 'restart_asked',
    to: 'updating',
    when: 'its owner asked for a restart, or for hosts of another release: the same plan as a new generation',
  },
  {
    from: ['running'],
    event: 'renewed',
    to: 'updating',
    when: 'the history is long: the same plan goes on in a new run',
  },
  {
    from: ['running'],
    event: 'followed',
    to: 'updating',
    when: 'its topics have changed: partitions were added to what it reads, or what it writes to has others, or takes larger batches: the same plan takes that up',
  },
  {
    from: ['updating'],
    event: 'refused',
    to: 'running',
    when: 'the new generation could not be prepared; the old one was never touched',
  },
  {
    from: ['updating'],
    event: 'lost',
    to: 'rolling_back',
    when: 'the new generation lost a task, or was unhealthy, before it was confirmed',
  },
  {
    from: ['updating'],
    event: 'broken',
    to: 'rolling_back',
    when: 'the new generation failed by the new plan before it was confirmed',
  },
  {
    from: ['running', 'deploying', 'updating'],
    event: 'left',
    to: 'deploying',
    when: 'a host was shut down: its tasks finished and committed what they had read, and go on elsewhere',
  },
  { from: ['rolling_back'], event: 'left', to: 'rolling_back', when: 'likewise' },
  {
    from: ['running'],
    event: 'lost',
    to: 'deploying',
    when: 'a task ended for a reason that a new generation can mend',
  },
  { from: ['running'], event: 'broken', to: 'failed', when: 'a task ended for a reason that only the owner can mend' },
  {
    from: ['deploying', 'rolling_back'],
    event: 'lost',
    to: 'failed',
    when: 'something outside failed; it is tried again by itself',
  },
  { from: ['deploying', 'rolling_back'], event: 'broken', to: 'failed', when: 'only the owner can mend it' },
  {
    from: ['deploying'],
    event: 'undone',
    to: 'rolling_back',
    when: 'a plan that was changed while no task ran was unhealthy, or failed by itself: the last confirmed plan takes over',
  },
  { from: ['failed'], event: 'retried', to: 'deploying', when: 'the time of the next attempt has come' },
  { from: ['failed'], event: 'restart_asked', to: 'deploying', when: 'its owner asked for another attempt' },
  { from: ['failed'], event: 'applied', to: 'deploying', when: 'its owner applied a spec, changed or not' },
  {
    from: ['deploying', 'running', 'updating', 'rolling_back', 'failed'],
    event: 'pause_asked',
    to: 'draining',
    when: 'its owner asked to pause; a change that was under way goes on when it is resumed',
  },
  {
    from: ['draining'],
    event: 'paused',
    to: 'paused',
    when: 'no task is left, none can commit any more, and its positions are kept',
  },
  { from: ['paused'], event: 'applied', to: 'paused', when: 'a spec was accepted: it runs when the job is resumed' },
  { from: ['paused'], event: 'resumed', to: 'deploying', when: 'its owner asked to go on from the kept positions' },
  {
    from: ['running', 'failed'],
    event: 'rewind_asked',
    to: 'draining',
    when: 'its owner asked to read from other positions',
  },
  { from: ['draining'], event: 'rewound', to: 'deploying', when: 'the positions asked for are set' },
  {
    from: ['draining'],
    event: 'refused',
    to: 'deploying',
    when: 'the positions asked for could not be set: it goes on from where it stood',
  },
  { from: ['paused'], event: 'rewound', to: 'paused', when: 'the positions asked for are set' },
  {
    from: ['deploying', 'running', 'updating', 'rolling_back', 'failed', 'draining', 'paused'],
    event: 'stop_asked',
    to: 'draining',
    when: 'its owner asked to stop (again, to turn a drain into a cancel)',
  },
  { from: ['draining'], event: 'ended', to: 'stopped', when: 'no task is left and none can commit any more' },
];

/** The state that an event leads to, or null where the table has no such edge. */
export function target(from: JobState, event: JobEvent): JobState | null {
  return transitions.find((t) => t.event === event && t.from.includes(from))?.to ?? null;
}

/** The table as a mermaid diagram. */
export function diagram(): string {
  const edges = transitions.flatMap((t) => t.from.map((from) => `  ${from} --> ${t.to}: ${t.event}`));
  return [
    'stateDiagram-v2',
    '  [*] --> deploying',
    '  [*] --> paused: created paused',
    ...edges,
    '  stopped --> [*]',
  ].join('\n');
}
