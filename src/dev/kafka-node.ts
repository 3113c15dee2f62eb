/**
 * One process of the embedded Kafka, broker and controller (KRaft), on 127.0.0.1 only: formats its storage, writes its
 * properties, starts it. How many there are, and who is whose neighbour, is kafka.ts's and kafka-cluster.ts's.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Admin } from '@platformatic/kafka';
import { exists } from './cache.ts';
import { type Progress, runTool } from './fetch.ts';
import { jars } from './maven.ts';
import { type EmbeddedServer, startServer } from './server.ts';
import { supervise } from './supervise.ts';

export const kafkaVersion = '4.1.0';
export const instead = 'set KAFKA_BOOTSTRAP to a Kafka that runs';
/** Milliseconds that the storage tool may take, and one metadata request. */
const formatMsMax = 60_000;
const probeMsMax = 2_000;

export interface EmbeddedKafka extends EmbeddedServer {
  /** `127.0.0.1:port` */
  readonly bootstrap: string;
  readonly dataDir: string;
}

/** What every process of one cluster is formatted with, and told. */
export interface ClusterOptions {
  /** Levels to format with where they are not the release's own, such as `{ 'transaction.version': 1 }`. Data that are there keep theirs. */
  readonly features?: Readonly<Record<string, number>>;
  /** Added to server.properties, overriding what stands there. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Users that it knows from its birth, as the storage tool's `--add-scram` has them. */
  readonly scram?: readonly string[];
  /** Options of its Java machine, beside those that it has. */
  readonly java?: readonly string[];
}

export interface NodeOptions extends ClusterOptions {
  readonly clusterId: string;
  readonly dataDir: string;
  /** Removed by close. */
  readonly scratch: string | null;
  readonly port: number;
  readonly jvm: readonly string[];
  readonly onProgress: Progress;
  /** What it is and where it listens; the rest is common to all. */
  readonly place: Readonly<Record<string, string>>;
}

/** Resolves when it answers a metadata request. Throws MillraceError `internal` or `kafka_unavailable`. */
export async function startNode(options: NodeOptions): Promise<EmbeddedKafka> {
  const { dataDir, port } = options;
  const libs = await kafkaLibs(options.onProgress);
  // Native libraries are unpacked there, and a killed process leaves them: they go with its data.
  const temporary = join(dataDir, 'tmp');
  await mkdir(temporary, { recursive: true });
  const bootstrap = `127.0.0.1:${port}`;
  const log = join(dataDir, 'kafka.log');
  const properties = join(dataDir, 'server.properties');
  const logging = join(dataDir, 'log4j2.properties');
  const rows = { ...common, 'log.dirs': join(dataDir, 'data'), ...options.place, ...options.properties };
  await writeFile(
    properties,
    Object.entries(rows)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  );
  await writeFile(logging, log4j2);
  await format(libs, properties, logging, options);
  const server = await startServer({
    name: `Kafka on ${bootstrap}`,
    code: 'kafka_unavailable',
    log,
    scratch: options.scratch,
    launch: () =>
      supervise({
        name: 'kafka',
        command: 'java',
        args: [
          ...options.jvm,
          ...(options.java ?? []),
          `-Djava.io.tmpdir=${temporary}`,
          `-Dlog4j2.configurationFile=${logging}`,
          '-cp',
          libs,
          'kafka.Kafka',
          properties,
        ],
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

async function format(libs: string, properties: string, logging: string, options: NodeOptions): Promise<void> {
  const { clusterId, dataDir, features = {}, scram = [], onProgress } = options;
  if (await exists(join(dataDir, 'data', 'meta.properties'))) return;
  const tool = [...shortJvm, `-Dlog4j2.configurationFile=${logging}`, '-cp', libs, 'kafka.tools.StorageTool'];
  const levels = Object.entries(features).flatMap(([name, level]) => ['--feature', `${name}=${level}`]);
  const users = scram.flatMap((user) => ['--add-scram', user]);
  await runTool('java', [...tool, 'format', '-t', clusterId, '-c', properties, ...levels, ...users], {
    doing: "formatting Kafka's storage",
    instead,
    cwd: dataDir,
    timeoutMs: formatMsMax,
    onProgress,
    quiet: true,
  });
}

/** For a tool that lives a second: no time for the optimizing compiler. */
const shortJvm = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/** Few partitions of the internal topics. What isn't here is Kafka's default. */
const common = {
  'process.roles': 'broker,controller',
  'controller.listener.names': 'CONTROLLER',
  'auto.create.topics.enable': 'false',
  'offsets.topic.num.partitions': '4',
  'transaction.state.log.num.partitions': '4',
  'share.coordinator.state.topic.num.partitions': '4',
  'group.initial.rebalance.delay.ms': '0',
  // A killed broker can't register again before its last session has run out: 9 s by default.
  'broker.session.timeout.ms': '6000',
  'broker.heartbeat.interval.ms': '1000',
  // Made-up records have times of their own, often of long ago: 30 s after its start Kafka would delete those older than a week.
  'log.retention.ms': '-1',
  // 128 MB of heap by default.
  'log.cleaner.dedupe.buffer.size': String(16 * 1024 * 1024),
};

/** Properties of topics that are kept by so many brokers, internal ones too. */
export function replication(replicas: number, inSync: number): Readonly<Record<string, string>> {
  const [n, min] = [String(replicas), String(inSync)];
  return {
    'default.replication.factor': n,
    'min.insync.replicas': min,
    'offsets.topic.replication.factor': n,
    'transaction.state.log.replication.factor': n,
    'transaction.state.log.min.isr': min,
    'share.coordinator.state.topic.replication.factor': n,
    'share.coordinator.state.topic.min.isr': min,
  };
}

const log4j2 = `
rootLogger.level=warn
rootLogger.appenderRef.out.ref=out
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=[%d] %p %m (%c)%n
`;

/** Resolves when a broker answers a metadata request and knows at least so many brokers. */
export async function askMetadata(bootstrap: string, brokers = 1): Promise<void> {
  const admin = new Admin({
    clientId: 'millrace-dev',
    bootstrapBrokers: bootstrap.split(','),
    connectTimeout: probeMsMax,
    requestTimeout: probeMsMax,
    retries: 0,
  });
  try {
    const known = (await admin.metadata({ topics: [] })).brokers.size;
    if (known < brokers) throw new Error(`it knows ${known} of ${brokers} brokers yet`);
  } finally {
    await admin.close();
  }
}
