/**
 * The embedded Kafka: the real broker, KRaft, one process for broker and controller, on 127.0.0.1 only. Fetches its jars
 * once, formats its storage, starts it. What Millrace does with Kafka is elsewhere.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Admin } from '@platformatic/kafka';
import { exists } from './cache.ts';
import { type Progress, progressOnStderr, requireTool, runTool } from './fetch.ts';
import { jars } from './maven.ts';
import { freePort } from './ports.ts';
import { scratchDirectory } from './scratch.ts';
import { type EmbeddedServer, startServer } from './server.ts';
import { supervise } from './supervise.ts';

export const kafkaVersion = '4.1.0';
const instead = 'set KAFKA_BOOTSTRAP to a Kafka that runs';
/** Milliseconds that the storage tool may take, and one metadata request. */
const formatMsMax = 60_000;
const probeMsMax = 2_000;

export interface KafkaOptions {
  /** Kept by close; where it holds data they are used. A temporary one by default. */
  readonly dataDir?: string;
  readonly port?: number;
  /** Added to server.properties, overriding what stands there. */
  readonly properties?: Readonly<Record<string, string>>;
  readonly onProgress?: Progress;
}

export interface EmbeddedKafka extends EmbeddedServer {
  /** `127.0.0.1:port` */
  readonly bootstrap: string;
  readonly dataDir: string;
}

/** Starts a broker and resolves when it answers a metadata request. Throws MillraceError `internal` or `kafka_unavailable`. */
export async function startKafka(options: KafkaOptions = {}): Promise<EmbeddedKafka> {
  const onProgress = options.onProgress ?? progressOnStderr;
  await requireTool('java', instead);
  const libs = await kafkaLibs(onProgress);
  const scratch = options.dataDir === undefined ? await scratchDirectory('kafka') : null;
  const dataDir = scratch ?? options.dataDir!;
  await mkdir(dataDir, { recursive: true });
  const port = options.port ?? (await freePort());
  const bootstrap = `127.0.0.1:${port}`;
  const log = join(dataDir, 'kafka.log');
  const properties = join(dataDir, 'server.properties');
  const logging = join(dataDir, 'log4j2.properties');
  await writeFile(properties, serverProperties(dataDir, port, await freePort(), options.properties ?? {}));
  await writeFile(logging, log4j2);
  await format(libs, dataDir, properties, logging, onProgress);
  const server = await startServer({
    name: `Kafka on ${bootstrap}`,
    code: 'kafka_unavailable',
    log,
    scratch,
    launch: () =>
      supervise({
        name: 'kafka',
        command: 'java',
        args: [...jvm, `-Dlog4j2.configurationFile=${logging}`, '-cp', libs, 'kafka.Kafka', properties],
        cwd: dataDir,
        log,
      }),
    probe: () => askMetadata(bootstrap),
  });
  return { ...server, bootstrap, dataDir };
}

/** The class path of the broker, fetched where the cache doesn't hold it. */
export async function kafkaLibs(onProgress: Progress): Promise<string> {
  const directory = await jars({
    name: `kafka-${kafkaVersion}`,
    artifacts: [
      { group: 'org.apache.kafka', artifact: 'kafka_2.13', version: kafkaVersion },
      // Kafka's own distribution adds this binding; without it nothing is logged.
      { group: 'org.apache.logging.log4j', artifact: 'log4j-slf4j-impl', version: '2.24.3' },
    ],
    instead,
    onProgress,
  });
  return join(directory, 'libs', '*');
}

async function format(
  libs: string,
  dataDir: string,
  properties: string,
  logging: string,
  onProgress: Progress,
): Promise<void> {
  if (await exists(join(dataDir, 'data', 'meta.properties'))) return;
  const clusterId = randomBytes(16).toString('base64url').replace(/^-/, 'A');
  await runTool(
    'java',
    [
      ...shortJvm,
      `-Dlog4j2.configurationFile=${logging}`,
      '-cp',
      libs,
      'kafka.tools.StorageTool',
      'format',
      '-t',
      clusterId,
      '-c',
      properties,
    ],
    { doing: "formatting Kafka's storage", instead, cwd: dataDir, timeoutMs: formatMsMax, onProgress, quiet: true },
  );
}

const jvm = ['-Xms256m', '-Xmx1g', '-XX:+UseG1GC', '-Djava.awt.headless=true'];
/** For a tool that lives a second: no time for the optimizing compiler. */
const shortJvm = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/** One replica of everything, few partitions of the internal topics: it is one node. The rest is Kafka's default. */
function serverProperties(
  dataDir: string,
  port: number,
  controllerPort: number,
  more: Readonly<Record<string, string>>,
): string {
  const rows: Record<string, string> = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': join(dataDir, 'data'),
    'auto.create.topics.enable': 'false',
    'default.replication.factor': '1',
    'min.insync.replicas': '1',
    'offsets.topic.num.partitions': '4',
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.num.partitions': '4',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.num.partitions': '4',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    // A killed broker can't register again before its last session has run out: 9 s by default.
    'broker.session.timeout.ms': '6000',
    'broker.heartbeat.interval.ms': '1000',
    // 128 MB of heap by default.
    'log.cleaner.dedupe.buffer.size': String(16 * 1024 * 1024),
    ...more,
  };
  return Object.entries(rows)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

const log4j2 = `
rootLogger.level=warn
rootLogger.appenderRef.out.ref=out
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=[%d] %p %m (%c)%n
`;

/** Resolves when a broker answers a metadata request and names itself in the answer. */
export async function askMetadata(bootstrap: string): Promise<void> {
  const admin = new Admin({
    clientId: 'millrace-dev',
    bootstrapBrokers: bootstrap.split(','),
    connectTimeout: probeMsMax,
    requestTimeout: probeMsMax,
    retries: 0,
  });
  try {
    const cluster = await admin.metadata({ topics: [] });
    if (cluster.brokers.size === 0) throw new Error('the broker does not know itself yet');
  } finally {
    await admin.close();
  }
}
