/**
 * What runs share: Kafka, Temporal, the workflow worker and some hosts, each a process, and the proxies through which each
 * host reaches the servers. Kafka has one listener per host, which it advertises at that host's proxy, so that no request
 * goes around it; producer and checker use one of their own. Owns that everything is up again after a run.
 */
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MillraceClient } from '../../src/client/client.ts';
import { type EmbeddedKafka, startKafka } from '../../src/dev/kafka.ts';
import { startKafkaCluster } from '../../src/dev/kafka-cluster.ts';
import { freePort } from '../../src/dev/ports.ts';
import { removeScratch, scratchDirectory } from '../../src/dev/scratch.ts';
import { type EmbeddedTemporal, startTemporal } from '../../src/dev/temporal.ts';
import { Way } from '../support/way.ts';
import { KeptPart } from './kept.ts';
import { started } from './patience.ts';
import type { WorldKind } from './scenario.ts';
import { type OnRequest, readRequests } from './takeover.ts';
import type { Timeline } from './timeline.ts';

/** A machine for hosts: its ways to the servers, and who runs there: two hosts while one takes the place of another. */
export interface Machine {
  readonly name: string;
  readonly kafka: Way;
  readonly temporal: Way;
  readonly hosts: KeptPart[];
}

export interface WorldOptions {
  /** 3 by default. */
  readonly machines?: number;
  /** What a host runs, relative to src/ without extension; Millrace's own by default. */
  readonly hostEntry?: string;
  /** One broker of the newest transactions, and a hurried tuning, by default. */
  readonly kind?: WorldKind;
}

const kindDefault: WorldKind = { brokers: 1, transactionVersion: 2, tuning: 'hurried' };

const hostEntryDefault = 'worker/host-main';
const tunings: Readonly<Record<WorldKind['tuning'], Readonly<Record<string, string>>>> = {
  hurried: { MILLRACE_TUNING: 'dev', MILLRACE_HEARTBEAT_MS: '3000', MILLRACE_HEALTH_MS: '500' },
  production: { MILLRACE_TUNING: 'production' },
};
/** Milliseconds that a host gets to drain its tasks. */
const graceMs = 20_000;
const logLinesMax = 60;
const lineCharsMax = 300;

export class World {
  readonly kind: WorldKind;
  readonly kafka: Kafka;
  readonly temporal: EmbeddedTemporal;
  readonly worker: KeptPart;
  readonly machines: readonly Machine[];
  readonly client: MillraceClient;
  readonly #directory: string;
  readonly #hostEntry: string;
  readonly #logs = new Map<string, number>();
  #timeline: Timeline | null = null;
  /** Told of what hosts ask of Kafka, with the machine's name. */
  onRequest: ((machine: string, ...request: Parameters<OnRequest>) => void) | null = null;
  #hostsStarted = 0;

  private constructor(
    servers: { kafka: Kafka; temporal: EmbeddedTemporal },
    ways: readonly Omit<Machine, 'hosts'>[],
    directory: string,
    { hostEntry = hostEntryDefault, kind = kindDefault }: WorldOptions,
  ) {
    this.kind = kind;
    this.kafka = servers.kafka;
    this.temporal = servers.temporal;
    this.#directory = directory;
    this.#hostEntry = hostEntry;
    this.client = new MillraceClient({ address: this.temporal.address });
    const env = { TEMPORAL_ADDRESS: this.temporal.address, KAFKA_BOOTSTRAP: this.kafka.bootstrap };
    this.worker = this.#part('worker', 'worker/control-main', env);
    this.machines = ways.map((way) => ({ ...way, hosts: [] }));
    for (const machine of this.machines) this.addHost(machine, 'first');
  }

  static open(options: WorldOptions = {}): Promise<World> {
    return started(() => World.#open(options));
  }

  static async #open(options: WorldOptions): Promise<World> {
    const { machines = 3, kind = kindDefault } = options;
    const directory = await scratchDirectory('chaos');
    await mkdir(join(directory, 'logs'));
    const ports = await Promise.all(Array.from({ length: machines }, async () => [await freePort(), await freePort()]));
    const starts = await Promise.allSettled([
      kind.brokers === 1
        ? openKafka(join(directory, 'kafka'), ports as [number, number][], features(kind))
        : openKafkas(kind),
      startTemporal({ dataDir: join(directory, 'temporal'), onProgress: () => {} }),
    ] as const);
    const [{ value: kafka }, { value: temporal }] = starts as [{ value?: Kafka }, { value?: EmbeddedTemporal }];
    if (kafka === undefined || temporal === undefined) {
      await Promise.all([kafka?.close(), temporal?.close()]);
      throw starts.find((s) => s.status === 'rejected')?.reason;
    }
    const temporalPort = Number(temporal.address.split(':')[1]);
    let world: World | null = null;
    const ways = await Promise.all(
      ports.map(async ([listener, at], i) => {
        const name = `machine-${i + 1}`;
        const listen = () => readRequests((api, body) => world?.onRequest?.(name, api, body));
        return {
          name,
          kafka: await Way.open(at!, listener!, listen),
          temporal: await Way.open(await freePort(), temporalPort),
        };
      }),
    );
    world = new World({ kafka, temporal }, ways, directory, options);
    try {
      await world.mend();
      return world;
    } catch (error) {
      await world.close();
      throw error;
    }
  }

  /** Whose run it is from now on. */
  async begin(timeline: Timeline): Promise<void> {
    this.#timeline = timeline;
    for (const log of this.#logFiles()) this.#logs.set(log, await size(log));
  }

  /** A host that wasn't there before, of this release, on this machine. */
  addHost(machine: Machine, release: string): KeptPart {
    const name = `host-${++this.#hostsStarted}`;
    const host = this.#part(name, this.#hostEntry, {
      // With several brokers every host reaches them directly: there it is brokers that fail, not ways.
      KAFKA_BOOTSTRAP: this.kind.brokers === 1 ? `127.0.0.1:${machine.kafka.port}` : this.kafka.bootstrap,
      TEMPORAL_ADDRESS: `127.0.0.1:${machine.temporal.port}`,
      MILLRACE_HOST_ID: name,
      MILLRACE_RELEASE: release,
      MILLRACE_THREADS: '1',
      ...tunings[this.kind.tuning],
    });
    machine.hosts.push(host);
    return host;
  }

  /** Tells a host to go, and resolves when it has gone. */
  async removeHost(machine: Machine, host: KeptPart): Promise<void> {
    await host.retire(graceMs);
    machine.hosts.splice(machine.hosts.indexOf(host), 1);
  }

  get hosts(): readonly KeptPart[] {
    return this.machines.flatMap((m) => m.hosts);
  }

  /** Resolves when everything runs and every way is open. */
  async mend(): Promise<void> {
    for (const broker of this.kafka.brokers) broker.wake();
    for (const { kafka, temporal } of this.machines) {
      kafka.heal('reset');
      temporal.heal('reset');
    }
    await Promise.all([this.worker, ...this.hosts].map((part) => part.start()));
    await Promise.all(this.hosts.map((host) => host.wake()));
  }

  /** What the processes have logged since the run began, the last lines of each. */
  async lastWords(): Promise<string> {
    const parts: string[] = [];
    for (const log of this.#logFiles()) {
      const text = await readFile(log).then(
        (bytes) => bytes.subarray(this.#logs.get(log) ?? 0).toString(),
        () => '',
      );
      const lines = text.split('\n').flatMap(inShort);
      if (lines.length > 0) parts.push(`--- ${log}`, ...lines.slice(-logLinesMax));
    }
    return parts.join('\n');
  }

  async close(): Promise<void> {
    await Promise.all([this.worker, ...this.hosts].map((part) => part.retire(graceMs)));
    await this.client.close();
    await Promise.all(this.machines.flatMap(({ kafka, temporal }) => [kafka.close(), temporal.close()]));
    await Promise.all([this.kafka.close(), this.temporal.close()]);
    await removeScratch(this.#directory);
  }

  #part(name: string, entry: string, env: Readonly<Record<string, string>>): KeptPart {
    const logs = join(this.#directory, 'logs');
    return new KeptPart({ name, entry, env, logs }, (what) => this.#timeline?.note(what));
  }

  #logFiles(): string[] {
    const parts = [this.worker, ...this.hosts];
    return [
      ...this.kafka.brokers.map((broker) => broker.log),
      this.temporal.log,
      ...parts.map(({ name }) => join(this.#directory, 'logs', `${name}.log`)),
    ];
  }
}

/** What runs have of Kafka: one broker, or several. */
export interface Kafka {
  readonly bootstrap: string;
  readonly brokers: readonly EmbeddedKafka[];
  close(): Promise<void>;
}

// A killed broker can't register again before its last session has run out.
const session = { 'broker.session.timeout.ms': '3000', 'broker.heartbeat.interval.ms': '500' };
const features = (kind: WorldKind) => ({ 'transaction.version': kind.transactionVersion });

const openKafkas = (kind: WorldKind): Promise<Kafka> =>
  startKafkaCluster({ brokers: kind.brokers, features: features(kind), properties: session, onProgress: () => {} });

/** `ports`: each machine's listener, and the proxy at which it is advertised. */
async function openKafka(
  dataDir: string,
  ports: readonly (readonly [number, number])[],
  features: Readonly<Record<string, number>>,
): Promise<Kafka> {
  const [port, controller] = [await freePort(), await freePort()];
  const listener = (name: string, at: number): string => `${name}://127.0.0.1:${at}`;
  const own = listener('PLAINTEXT', port);
  const names = ports.map((_, i) => `MACHINE_${i + 1}`);
  const kafka = await startKafka({
    dataDir,
    port,
    features,
    onProgress: () => {},
    properties: {
      'controller.quorum.voters': `1@127.0.0.1:${controller}`,
      listeners: [own, ...names.map((n, i) => listener(n, ports[i]![0])), listener('CONTROLLER', controller)].join(','),
      'advertised.listeners': [own, ...names.map((n, i) => listener(n, ports[i]![1]))].join(','),
      'listener.security.protocol.map': ['PLAINTEXT', 'CONTROLLER', ...names].map((n) => `${n}:PLAINTEXT`).join(','),
      'inter.broker.listener.name': 'PLAINTEXT',
      ...session,
    },
  });
  return { bootstrap: kafka.bootstrap, brokers: [kafka], close: () => kafka.close() };
}

/** A line of a log, readable: of Millrace's own the time, what is said, and the error. None where there is nothing to learn. */
function inShort(line: string): string[] {
  if (line === '' || line.includes('No workflows registered')) return [];
  try {
    const { time, msg, err, error, activityType } = JSON.parse(line);
    const cause = err?.message ?? error?.message;
    return [[new Date(time).toISOString(), msg, activityType, cause].filter((x) => x !== undefined).join('  ')];
  } catch {
    return [line.slice(0, lineCharsMax)];
  }
}

const size = (file: string): Promise<number> =>
  stat(file).then(
    (s) => s.size,
    () => 0,
  );
