/**
 * What one run does: a pure function of its seed. The seed's cell of the matrix (an operation and a fault) can be named instead;
 * everything else (moments, victims, partitions, tasks, how the producer writes) is drawn from it.
 */
import { Random } from '../../examples/firewall/random.ts';
import type { CutMode } from '../support/way.ts';

/** The operations, each with the ways in which it is asked for: operations.ts says what they are. */
const ways = {
  deploy: ['at once', 'paused'],
  update: ['query'],
  'drain-replace': ['topic', 'format'],
  'rescale-up': ['applied', 'operated'],
  'rescale-down': ['applied', 'operated'],
  pause: ['paused'],
  rollback: ['broken', 'broken shape', 'asked'],
  stop: ['drain', 'drain', 'cancel'],
  release: ['upgrade', 'signal'],
  steady: ['nothing'],
} as const;

export type OperationName = keyof typeof ways;
export const operations = Object.keys(ways) as OperationName[];
export type OperationWay = (typeof ways)[OperationName][number];

/** Faults of one thing. */
export const singleFaults = [
  'kill-host',
  'freeze-host',
  'kill-worker',
  'restart-kafka',
  'restart-temporal',
  'cut-kafka',
  'cut-temporal',
  'kill-in-takeover',
  'restart-broker',
  'freeze-broker',
  'move-leaders',
  'add-partitions',
  'hostile-tenant',
  'temporal-away',
  'recreate-topic',
] as const;
/** restart-bystander is no fault, but the control of what is asked of bystanders. */
export type SingleFault = (typeof singleFaults)[number] | 'restart-bystander';

export const faults = [...singleFaults, 'two-faults'] as const;
export type FaultName = (typeof faults)[number];

/** Faults of which two may meet: those of one broker and a hurried tuning, that don't change what the input is. */
const pairable: readonly SingleFault[] = singleFaults.slice(0, singleFaults.indexOf('restart-broker'));

/** Those that concern one tenant or nobody's tasks: no other tenant's job may begin a generation. */
const concernsOneTenant: readonly FaultName[] = ['add-partitions', 'recreate-topic', 'hostile-tenant', 'temporal-away'];

/** What the servers and hosts of a run are like. Runs alike share a world. */
export interface WorldKind {
  readonly brokers: 1 | 3;
  /** Level of transaction.version that Kafka is formatted with. */
  readonly transactionVersion: 1 | 2;
  /** hurried: a dead host is noticed soon, so that a run takes seconds. */
  readonly tuning: 'hurried' | 'production';
}

export interface Cell {
  readonly operation: OperationName;
  readonly fault: FaultName;
}

/** When a fault begins, in milliseconds from: before the operation is asked, from then on, its takeover, its outcome. */
export interface Moment {
  readonly of: 'before' | 'asked' | 'takeover' | 'settled';
  readonly ms: number;
}

/** Whom a fault meets: the host of a task, any other host, or (in a takeover) the task's next host, or the worker. */
export type Victim = 'task' | 'other' | 'next' | 'worker';

export interface FaultPlan {
  readonly fault: SingleFault;
  readonly at: Moment;
  readonly lastsMs: number;
  readonly victim: Victim;
  readonly cut: CutMode;
  /** How a silent cut ends: what was held back arrives late, or the connections break. */
  readonly heals: 'late' | 'reset';
  /** How a server goes down. */
  readonly how: 'kill' | 'stop';
}

export interface Scenario extends Cell {
  readonly seed: number;
  readonly way: OperationWay;
  readonly partitions: number;
  readonly tasks: number;
  /** After a rescale. */
  readonly tasksThen: number;
  readonly outputPartitions: number;
  readonly partitioning: 'key' | 'source';
  /** How the producer writes: each tick a transaction, of which some abort, or no transactions. */
  readonly input: 'plain' | 'transactional';
  readonly eventsPerSecond: number;
  readonly faultPlans: readonly FaultPlan[];
  readonly world: WorldKind;
  /** What the job's spec says of a topic that is made again; where it says `fail`, the owner rewinds. */
  readonly onRecreate: 'fail' | 'earliest';
  /** Another tenant's job runs beside, and its generation may not change. */
  readonly bystander: boolean;
}

/** All of them, so ordered that neighbours have neither operation nor fault in common. */
export const cells: readonly Cell[] = faults.flatMap((_, turn) =>
  operations.map((operation, i) => ({ operation, fault: faults[(turn + i) % faults.length]! })),
);

export const cellName = ({ operation, fault }: Cell): string => `${operation}/${fault}`;

/** Consecutive seeds go through all cells. */
export const cellOf = (seed: number): Cell => cells[seed % cells.length]!;

/**
 * Partitions, as many tasks, and as many events in a second, of a job that Temporal is taken from: a fleet's worth of heartbeats that fail
 * at once, and of small transactions; one broker on two cores doesn't end ten times as many of these.
 */
const wideTasks = 100;

export function scenarioOf(seed: number, cell: Cell = cellOf(seed)): Scenario {
  const random = new Random(seed, 0);
  const between = (least: number, most: number): number => least + random.below(most - least + 1);
  const [least, most] = [between(1, 2), between(2, 4)];
  const up = cell.operation === 'rescale-up' || (cell.operation !== 'rescale-down' && random.chance(50));
  const other = Math.max(most, least + 1);
  const wide = cell.fault === 'temporal-away' && cell.operation === 'steady';
  const partitions = between(1, 8);
  const eventsPerSecond = between(1_000, 3_000);
  return {
    ...cell,
    seed,
    way: random.of<OperationWay>(ways[cell.operation]),
    partitions: wide ? wideTasks : partitions,
    tasks: wide ? wideTasks : up ? least : other,
    tasksThen: up ? other : least,
    outputPartitions: between(1, 4),
    partitioning: random.of(['key', 'source']),
    input: random.chance(30) ? 'transactional' : 'plain',
    eventsPerSecond: wide ? wideTasks : eventsPerSecond,
    faultPlans: kinds(cell.fault, random)
      .map((fault) => plan(fault, random))
      .map((p) => (cell.operation === 'steady' ? { ...p, at: { of: 'asked', ms: p.at.ms } } : p)),
    world: worldOf(cell.fault, random),
    // A rewind would get into the way of what is asked.
    onRecreate: cell.fault === 'recreate-topic' && cell.operation !== 'steady' ? 'earliest' : 'fail',
    // A release moves everybody.
    bystander: concernsOneTenant.includes(cell.fault) && cell.operation !== 'release',
  };
}

function worldOf(fault: FaultName, random: Random): WorldKind {
  return {
    brokers: fault === 'restart-broker' || fault === 'freeze-broker' || fault === 'move-leaders' ? 3 : 1,
    transactionVersion: random.chance(25) ? 1 : 2,
    tuning: fault === 'temporal-away' ? 'production' : 'hurried',
  };
}

function kinds(fault: FaultName, random: Random): SingleFault[] {
  if (fault !== 'two-faults') return [fault];
  const first = random.of(pairable);
  return [first, random.of(pairable.filter((f) => f !== first))];
}

/** Least and most milliseconds that a fault lasts; now and then it outlasts every timeout of a connection (10 s), or a transaction's (60 s). */
const lasts: Readonly<Record<SingleFault, readonly [number, number, long?: readonly [number, number]]>> = {
  'kill-host': [200, 3_000],
  // The heartbeat's timeout is 3 s here.
  'freeze-host': [3_500, 7_000, [11_000, 70_000]],
  'kill-worker': [100, 3_000],
  'restart-kafka': [0, 2_000],
  'restart-temporal': [0, 3_000],
  'cut-kafka': [300, 5_000, [11_000, 18_000]],
  'cut-temporal': [300, 6_000, [11_000, 18_000]],
  'kill-in-takeover': [200, 3_000],
  'restart-broker': [0, 3_000],
  // The broker's session is 3 s here: others take over from it, or it comes back before they have.
  'freeze-broker': [1_000, 12_000],
  'move-leaders': [500, 2_000],
  'add-partitions': [0, 500],
  // Between the deletion and the creation.
  'recreate-topic': [0, 3_000],
  'hostile-tenant': [2_000, 6_000],
  'temporal-away': [10_000, 10_000],
  'restart-bystander': [0, 0],
};

/** Of temporal-away, in milliseconds: within every timeout, beyond a connection's, beyond a heartbeat's (30 s). */
const absences = [10_000, 10_000, 40_000, 120_000] as const;

function plan(fault: SingleFault, random: Random): FaultPlan {
  const between = ([least, most]: readonly [number, number, ...unknown[]]): number =>
    least + random.below(most - least + 1);
  const [least, most, long] = lasts[fault];
  return {
    fault,
    at: fault === 'kill-in-takeover' ? { of: 'takeover', ms: random.below(50) } : moment(random),
    lastsMs:
      fault === 'temporal-away'
        ? random.of(absences)
        : long !== undefined && random.chance(12)
          ? between(long)
          : between([least, most]),
    victim: fault === 'kill-in-takeover' ? random.of(['next', 'task', 'worker']) : random.of(['task', 'task', 'other']),
    cut: random.of(['reset', 'silence', 'mute', 'mute']),
    heals: random.of(['late', 'reset']),
    how: random.of(['kill', 'stop']),
  };
}

function moment(random: Random): Moment {
  const of = random.of(['before', 'asked', 'asked', 'takeover', 'takeover', 'settled'] as const);
  return { of, ms: random.below({ before: 1_500, asked: 500, takeover: 300, settled: 500 }[of]) };
}
