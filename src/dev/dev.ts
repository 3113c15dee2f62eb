/**
 * `millrace dev` as a function: starts the system, or its servers alone, says where everything is, waits, and stops it in
 * order. The command's options and help are the CLI's.
 */
import { announceDev, withdrawDev } from './announce.ts';
import { type Progress, progressOnStderr } from './fetch.ts';
import { startServers } from './servers.ts';
import { describeExit } from './supervise.ts';
import { describeServers, type PartEnd, type System, startSystem, watchEnds } from './system.ts';

export interface DevOptions {
  /** 1 by default. */
  readonly hosts?: number;
  /** Kafka and Temporal alone. */
  readonly serversOnly?: boolean;
  /** One line of JSON instead of the table. */
  readonly json?: boolean;
  /** Standard output by default. */
  readonly out?: (text: string) => void;
  /** Standard error by default. */
  readonly err?: (text: string) => void;
  /** Ends it; SIGINT and SIGTERM do so by default. The same signal again ends this process at once, and the watchdog the rest. */
  readonly stop?: AbortSignal;
}

type Running = Pick<System, 'kafka' | 'temporal' | 'close'> & Partial<Pick<System, 'api' | 'worker' | 'hosts'>>;

/** Resolves when everything has been told to stop and has ended. Throws MillraceError where something can't be started. */
export async function runDev(options: DevOptions = {}): Promise<void> {
  const out = options.out ?? ((text: string) => void process.stdout.write(text));
  const err = options.err ?? ((text: string) => void process.stderr.write(text));
  const stop = options.stop ?? signalled();
  const onProgress: Progress = options.err === undefined ? progressOnStderr : (line) => err(`millrace: ${line}\n`);
  const onPartEnd = (end: PartEnd) =>
    err(
      `millrace: ${end.name} (pid ${end.pid}) ended: ${describeExit(end.exit)}. The rest goes on. Its log: ${end.log}\n`,
    );

  onProgress('starting Kafka and Temporal …');
  const starting: Promise<Running> = options.serversOnly
    ? startServersOnly(onProgress, onPartEnd)
    : startSystem({ hosts: options.hosts ?? 1, onProgress, onPartEnd });
  // Told to stop while it starts: what has been started is stopped once it is up, which is bounded.
  const running = await starting;
  try {
    await announceDev(running);
    out(options.json ? `${JSON.stringify(addresses(running))}\n` : describe(running));
    await untilAborted(stop);
    onProgress('stopping …');
  } finally {
    await withdrawDev();
    await running.close();
  }
}

async function startServersOnly(onProgress: Progress, onPartEnd: (end: PartEnd) => void): Promise<Running> {
  const servers = await startServers({ onProgress });
  const watch = watchEnds(onPartEnd);
  watch.servers(servers);
  return {
    ...describeServers(servers),
    close: () => {
      watch.over();
      return servers.close();
    },
  };
}

/** What `--json` prints: scripts rely on these names. */
function addresses({ kafka, temporal, api, worker, hosts }: Running): object {
  return {
    kafka: { bootstrap: kafka.bootstrap, pid: kafka.pid, log: kafka.log },
    temporal: {
      address: temporal.address,
      namespace: temporal.namespace,
      ui: temporal.ui,
      pid: temporal.pid,
      log: temporal.log,
    },
    ...(api && { api }),
    ...(worker && { worker }),
    ...(hosts && { hosts }),
  };
}

function describe({ kafka, temporal, api, worker, hosts = [] }: Running): string {
  const rows: string[][] = [
    ['PART', 'PID', 'ADDRESS', 'LOG'],
    ['kafka', pid(kafka.pid), kafka.bootstrap, kafka.log ?? '-'],
    ['temporal', pid(temporal.pid), temporal.address, temporal.log ?? '-'],
  ];
  if (temporal.ui !== null) rows.push(['temporal ui', '', temporal.ui, '']);
  if (api) rows.push(['api', pid(api.pid), `${api.url}/docs`, api.log]);
  if (worker) rows.push(['worker', pid(worker.pid), '-', worker.log]);
  for (const host of hosts) rows.push([host.id, pid(host.pid), '-', host.log]);
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n\nCtrl-C stops everything.\n`;
}

const pid = (id: number | null): string => (id === null ? '-' : String(id));

function signalled(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // One of another name may be the same wish, passed on (scripts/enter.mjs).
    process.once(signal, () => {
      controller.abort();
      process.once(signal, () => process.exit(1));
    });
  }
  return controller.signal;
}

/** The children don't keep this process alive: this does. */
function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const alive = setInterval(() => {}, 2 ** 30);
    signal.addEventListener('abort', () => {
      clearInterval(alive);
      resolve();
    });
  });
}
