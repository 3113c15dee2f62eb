/**
 * The whole system on this machine, each part its own process: Kafka, Temporal, the API, the workflow worker, N hosts. Owns
 * the order of start and stop, and tells when a part ends by itself; the others go on.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { deploymentName, tuningHere } from '../config.ts';
import { type Part, type PartOptions, startPart } from './part.ts';
import { removeScratch, scratchDirectory } from './scratch.ts';
import { type Servers, type ServersOptions, startServers } from './servers.ts';
import type { Exit } from './supervise.ts';

/** A part that ended without having been told to. */
export interface PartEnd {
  readonly name: string;
  readonly pid: number;
  readonly exit: Exit;
  readonly log: string;
}

export interface SystemOptions extends ServersOptions {
  /** 1 by default. */
  readonly hosts?: number;
  readonly onPartEnd?: (end: PartEnd) => void;
}

export interface SystemProcess {
  readonly pid: number;
  readonly log: string;
}

export interface System {
  /** Process id and log are null where the server is somebody else's. */
  readonly kafka: { readonly bootstrap: string; readonly pid: number | null; readonly log: string | null };
  readonly temporal: {
    readonly address: string;
    readonly namespace: string;
    readonly ui: string | null;
    readonly pid: number | null;
    readonly log: string | null;
  };
  readonly api: SystemProcess & { readonly url: string };
  readonly worker: SystemProcess;
  readonly hosts: readonly (SystemProcess & { readonly id: string })[];
  /**
   * The parts, of which the hosts drain; then the servers. Removes the data unless `dataDir` was given; where both servers are embedded and
   * their data go, nothing is drained, and everything is killed.
   */
  close(): Promise<void>;
}

/** Milliseconds that a part gets to finish what it does: a host drains its tasks. */
const graceMs = 20_000;

/** Resolves when every part is ready. Throws MillraceError; nothing then runs on. */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const scratch = options.dataDir === undefined ? await scratchDirectory('system') : null;
  const dataDir = scratch ?? options.dataDir!;
  const logs = join(dataDir, 'logs');
  await mkdir(logs, { recursive: true });
  const servers = await startServers(options);
  const watch = watchEnds(options.onPartEnd);
  watch.servers(servers);
  let parts: Parts;
  try {
    parts = await startParts(servers, logs, options.hosts ?? 1, watch.part);
  } catch (error) {
    watch.over();
    await servers.close();
    if (scratch !== null) await removeScratch(scratch);
    throw error;
  }
  // What tasks have in flight is nobody's where Kafka and Temporal go with all that they hold.
  const isPassing = scratch !== null && servers.kafka.embedded !== null && servers.temporal.embedded !== null;
  return {
    ...describeServers(servers),
    api: { url: parts.api.said.url ?? '', pid: parts.api.process.pid, log: parts.api.log },
    worker: { pid: parts.worker.process.pid, log: parts.worker.log },
    hosts: parts.hosts.map((host) => ({ id: host.process.name, pid: host.process.pid, log: host.log })),
    close: async () => {
      watch.over();
      await Promise.all(
        [...parts.hosts, parts.worker, parts.api].map(({ process: p }) => (isPassing ? p.kill() : p.stop(graceMs))),
      );
      await servers.close();
      if (scratch !== null) await removeScratch(scratch);
    },
  };
}

interface Parts {
  readonly api: Part;
  readonly worker: Part;
  readonly hosts: readonly Part[];
}

/** All at once. Should one fail, the others are ended and its failure is thrown. */
async function startParts(
  servers: Servers,
  logs: string,
  hosts: number,
  onStarted: (part: Part) => void,
): Promise<Parts> {
  const env = {
    KAFKA_BOOTSTRAP: servers.kafka.bootstrap,
    TEMPORAL_ADDRESS: servers.temporal.address,
    TEMPORAL_NAMESPACE: servers.temporal.namespace,
    MILLRACE_DEPLOYMENT: deploymentName(),
    MILLRACE_TUNING: tuningHere(),
    // An installation's file tells how its servers are reached; these are others.
    MILLRACE_CONFIG: '',
  };
  const started: Part[] = [];
  const start = async (options: Omit<PartOptions, 'logs'>): Promise<Part> => {
    const part = await startPart({ ...options, logs });
    started.push(part);
    onStarted(part);
    return part;
  };
  const starts = [
    start({ name: 'api', entry: 'api/main', env: { ...env, MILLRACE_API_PORT: '0' } }),
    start({ name: 'worker', entry: 'worker/control-main', env }),
    ...Array.from({ length: hosts }, (_, index) => {
      const name = `host-${index + 1}`;
      return start({ name, entry: 'worker/host-main', env: { ...env, MILLRACE_HOST_ID: name } });
    }),
  ];
  try {
    const [api, worker, ...rest] = await Promise.all(starts);
    return { api: api!, worker: worker!, hosts: rest };
  } catch (error) {
    await Promise.allSettled(starts);
    await Promise.all(started.map((part) => part.process.stop(graceMs)));
    throw error;
  }
}

/** Process ids and addresses of the servers as {@link System} tells them. */
export function describeServers(servers: Servers): Pick<System, 'kafka' | 'temporal'> {
  const { kafka, temporal } = servers;
  return {
    kafka: { bootstrap: kafka.bootstrap, pid: kafka.embedded?.pid() ?? null, log: kafka.embedded?.log ?? null },
    temporal: {
      address: temporal.address,
      namespace: temporal.namespace,
      ui: temporal.ui,
      pid: temporal.embedded?.pid() ?? null,
      log: temporal.embedded?.log ?? null,
    },
  };
}

/** Tells of ends until it is over. */
export function watchEnds(onPartEnd: SystemOptions['onPartEnd']): {
  readonly part: (part: Part) => void;
  readonly servers: (servers: Servers) => void;
  readonly over: () => void;
} {
  let over = false;
  const watch = (name: string, pid: number, log: string, exited: Promise<Exit>) =>
    void exited.then((exit) => {
      if (!over) onPartEnd?.({ name, pid, exit, log });
    });
  return {
    part: (part) => watch(part.process.name, part.process.pid, part.log, part.process.exited),
    servers: ({ kafka, temporal }) => {
      for (const [name, server] of [
        ['kafka', kafka.embedded],
        ['temporal', temporal.embedded],
      ] as const) {
        if (server !== null) watch(name, server.pid(), server.log, server.exited());
      }
    },
    over: () => {
      over = true;
    },
  };
}
