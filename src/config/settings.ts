/**
 * Every setting, one row each: where it stands in the file, the variable that wins over it, what it may be, and what is said of it. The
 * reading (read.ts), the published schema (schema.ts) and docs/settings.md are made of this table.
 */
import { z } from 'zod';
import { bootstrapServers, type KafkaAccess, kafkaAccess, secretReference } from '../contracts/kafka-access.ts';
import { defaultQuota, limits } from '../contracts/limits.ts';
import { auditTopic, defaultDeployment, deploymentPattern } from '../contracts/names.ts';

/** As docs/settings.md groups them: by who needs them. */
export type Section = 'servers' | 'workers' | 'hosts' | 'api' | 'machine';

export interface Setting<T = unknown> {
  /** Where it stands in the file, with dots between the keys; null: only a variable says it. */
  readonly at: string | null;
  readonly variable: string;
  readonly section: Section;
  readonly schema: z.ZodType<T>;
  /** What a variable's text stands for; the text itself where this is left out. */
  readonly read?: (text: string) => unknown;
  /** An empty variable says something; elsewhere it is none. */
  readonly emptyCounts?: true;
  /** Of the page: what holds where nobody says anything. A {@link Given} has it as a value. */
  readonly otherwise?: string;
  /** For the page and the schema. */
  readonly about: string;
}

/** A setting that always has a value. */
export interface Given<T> extends Setting<T> {
  readonly value: T;
}

const given = <T>(row: Given<T>): Given<T> => row;
const open = <T>(row: Setting<T>): Setting<T> => row;

/** What is no JSON is left to the schema, which says what was expected. */
function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
const number = (text: string): unknown => (/^\s*-?\d+(\.\d+)?\s*$/.test(text) ? Number(text) : text);
const flag = (text: string): unknown => (text === 'true' ? true : text === 'false' ? false : text);
const list = (text: string): readonly string[] => text.split(',').filter((part) => part !== '');
const asFile = (path: string): string => `file:${path}`;
/** Temporal's own name for a variable that holds the secret itself: that one is referred to. */
const asSecret = (variable: string) => (text: string) =>
  secretReference.safeParse(text).success ? text : `env:${variable}`;

const count = (max: number) => z.int().min(1).max(max);
/** Milliseconds that a heartbeat's timeout and a health window may be set to. */
const tuningMs = count(600_000);
const text = z.string().min(1);
const topicPatterns = z.array(
  z.string().regex(/^[a-zA-Z0-9._-]*\*?$/, 'names of topics, each with * at its end for all that begin so'),
);
/** A cluster's bootstrap servers, or how it is reached. */
const cluster = z.union([bootstrapServers.transform((bootstrap): KafkaAccess => ({ bootstrap })), kafkaAccess]);
/** Of a rack's name: Kafka's own are availability zones, or racks. */
const rackCharsMax = 255;

export const settings = {
  config: open({
    at: null,
    variable: 'MILLRACE_CONFIG',
    section: 'servers',
    schema: text,
    about: 'path of the file with all that follows ([above](#the-file))',
  }),
  deployment: given({
    at: 'deployment',
    variable: 'MILLRACE_DEPLOYMENT',
    section: 'servers',
    schema: z
      .string()
      .max(limits.deploymentCharsMax)
      .regex(deploymentPattern, 'lower-case letters, digits and hyphens, a letter first'),
    emptyCounts: true,
    value: defaultDeployment,
    about:
      'begins every name that this deployment has in Kafka and Temporal ([ADR 17](adr/0017-the-deployment-s-name-is-in-every-name.md))',
  }),
  log: given({
    at: 'log',
    variable: 'MILLRACE_LOG',
    section: 'servers',
    schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    value: 'info',
    about: "pino's level: `debug`, `info`, `warn`, `error`, `silent`",
  }),
  temporalAddress: given({
    at: 'temporal.address',
    variable: 'TEMPORAL_ADDRESS',
    section: 'servers',
    schema: text,
    value: '127.0.0.1:7233',
    about: '',
  }),
  temporalNamespace: given({
    at: 'temporal.namespace',
    variable: 'TEMPORAL_NAMESPACE',
    section: 'servers',
    schema: text,
    value: 'default',
    about: '',
  }),
  temporalApiKey: open({
    at: 'temporal.apiKey',
    variable: 'TEMPORAL_API_KEY',
    section: 'servers',
    schema: secretReference,
    read: asSecret('TEMPORAL_API_KEY'),
    about:
      "a reference; the variable may hold the key itself. Of Temporal Cloud, or a server of one's own that asks for one",
  }),
  temporalTls: open({
    at: 'temporal.tls.enabled',
    variable: 'TEMPORAL_TLS',
    section: 'servers',
    schema: z.boolean(),
    read: flag,
    otherwise: '`true` where a key or a certificate is named',
    about: '',
  }),
  temporalCa: open({
    at: 'temporal.tls.ca',
    variable: 'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
    section: 'servers',
    schema: secretReference,
    read: asFile,
    otherwise: "the system's own",
    about: "who signed the server's certificate: a reference; the variable is a path",
  }),
  temporalCert: open({
    at: 'temporal.tls.cert',
    variable: 'TEMPORAL_TLS_CLIENT_CERT_PATH',
    section: 'servers',
    schema: secretReference,
    read: asFile,
    about: "the client's certificate, with its key: likewise",
  }),
  temporalKey: open({
    at: 'temporal.tls.key',
    variable: 'TEMPORAL_TLS_CLIENT_KEY_PATH',
    section: 'servers',
    schema: secretReference,
    read: asFile,
    about: 'likewise',
  }),
  temporalServerName: open({
    at: 'temporal.tls.serverName',
    variable: 'TEMPORAL_TLS_SERVER_NAME',
    section: 'servers',
    schema: text,
    otherwise: "the address's",
    about: "name that the server's certificate is checked for",
  }),
  temporalCodec: open({
    at: 'temporal.codec',
    variable: 'MILLRACE_TEMPORAL_CODEC',
    section: 'servers',
    schema: text,
    about:
      'path of a module by which payloads are encrypted ([secured.md](secured.md#payloads-that-temporal-can-t-read))',
  }),
  bootstrap: open({
    at: null,
    variable: 'KAFKA_BOOTSTRAP',
    section: 'workers',
    schema: bootstrapServers,
    otherwise: '127.0.0.1:9092',
    about: 'the cluster that specs call `main`, where there is no other',
  }),
  clusters: open({
    at: 'kafka.clusters',
    variable: 'MILLRACE_CLUSTERS',
    section: 'workers',
    schema: z
      .record(z.string().min(1), cluster)
      .refine((named) => Object.keys(named).length > 0, 'at least one cluster'),
    read: json,
    about:
      'all clusters instead, by name: bootstrap servers, or for one with TLS or SASL an object ([below](#secured-clusters)); the variable is JSON: `{"main":"kafka-1:9092,kafka-2:9092","west":"west:9092"}`',
  }),
  auditCluster: open({
    at: 'kafka.auditCluster',
    variable: 'MILLRACE_AUDIT_CLUSTER',
    section: 'workers',
    schema: text,
    otherwise: '`main`, or the only one',
    about: 'which holds the audit topic',
  }),
  quota: given({
    at: 'quota',
    variable: 'MILLRACE_QUOTA',
    section: 'workers',
    schema: z.strictObject({
      jobs: z.int().min(1).exactOptional(),
      tasks: z.int().min(1).max(limits.tasksMax).exactOptional(),
      partitions: z.int().min(0).exactOptional(),
    }),
    read: json,
    value: defaultQuota,
    about:
      'what each tenant may have: jobs, tasks of one job, and partitions that the topics of one stream are [made with](api.md#a-streams-topics) (0: none is made); the variable is JSON',
  }),
  reservedTopics: given({
    at: 'topics.reserved',
    variable: 'MILLRACE_RESERVED_TOPICS',
    section: 'workers',
    schema: topicPatterns,
    read: list,
    emptyCounts: true,
    // Schema registries, Kafka Connect and Kafka itself begin the names of their topics so.
    value: ['_*'],
    about:
      'topics that no job writes, each with `*` at its end for all that begin so; in the variable with commas between them',
  }),
  privateTopics: given({
    at: 'topics.private',
    variable: 'MILLRACE_PRIVATE_TOPICS',
    section: 'workers',
    schema: topicPatterns,
    read: list,
    emptyCounts: true,
    // Every tenant's history, of the deployment that most others stand beside; each knows its own.
    value: [auditTopic(defaultDeployment)],
    about:
      "likewise, topics that no job reads or writes: `<deployment>.audit` of each other deployment on the same Kafka holds its tenants' history; this one's own always is private",
  }),
  recoveriesPerSecond: given({
    at: 'recoveriesPerSecond',
    variable: 'MILLRACE_RECOVERIES_PER_SECOND',
    section: 'workers',
    schema: count(1_000),
    read: number,
    value: limits.recoveriesPerSecondDefault,
    about: 'jobs that lost their tasks and begin anew in a second, in the whole deployment',
  }),
  hostId: open({
    at: 'host.id',
    variable: 'MILLRACE_HOST_ID',
    section: 'hosts',
    schema: z.string().regex(/^[\w.-]{1,128}$/, 'at most 128 letters, digits, dots, hyphens and underscores'),
    otherwise: 'host name and process id',
    about:
      'its name for people, in `get hosts` and the status of jobs: name hosts apart, though nothing breaks where two bear one',
  }),
  release: open({
    at: 'host.release',
    variable: 'MILLRACE_RELEASE',
    section: 'hosts',
    schema: z
      .string()
      .max(limits.releaseCharsMax)
      .regex(/^[\w.+-]+$/, 'letters, digits, dots, plus signs, hyphens and underscores'),
    otherwise: "Millrace's version",
    about: 'names the code that it runs ([upgrade.md](upgrade.md))',
  }),
  threads: open({
    at: 'host.threads',
    variable: 'MILLRACE_THREADS',
    section: 'hosts',
    schema: count(256),
    read: number,
    otherwise: 'one for each core',
    about: 'threads that run tasks',
  }),
  slots: given({
    at: 'host.slots',
    variable: 'MILLRACE_SLOTS',
    section: 'hosts',
    schema: count(10_000),
    read: number,
    // Most are idle most of the time.
    value: 100,
    about: 'tasks that it takes',
  }),
  rack: given({
    at: 'host.rack',
    variable: 'MILLRACE_RACK',
    section: 'hosts',
    schema: z.string().max(rackCharsMax),
    value: '',
    about:
      'where it is, as `broker.rack` names places: partitions are read from their replica there ([reliability.md](reliability.md#what-is-lost-at-the-source))',
  }),
  tuning: given({
    at: 'host.tuning',
    variable: 'MILLRACE_TUNING',
    section: 'hosts',
    schema: z.enum(['production', 'dev']),
    value: 'production',
    about: '`dev` notices everything sooner, at a price',
  }),
  heartbeatMs: open({
    at: 'host.heartbeatMs',
    variable: 'MILLRACE_HEARTBEAT_MS',
    section: 'hosts',
    schema: tuningMs,
    read: number,
    otherwise: 'as the tuning says',
    about: "milliseconds of a heartbeat's timeout",
  }),
  healthMs: open({
    at: 'host.healthMs',
    variable: 'MILLRACE_HEALTH_MS',
    section: 'hosts',
    schema: tuningMs,
    read: number,
    otherwise: 'as the tuning says',
    about: 'milliseconds of the window in which a new generation must be healthy',
  }),
  topicsMs: open({
    at: 'host.topicsMs',
    variable: 'MILLRACE_TOPICS_MS',
    section: 'hosts',
    schema: tuningMs,
    read: number,
    otherwise: 'as the tuning says (30,000; dev 2,000)',
    about:
      'milliseconds between looks at the topics that tasks read and write, for what [has changed](updates.md#when-topics-change-under-a-job)',
  }),
  apiPort: given({
    at: 'api.port',
    variable: 'MILLRACE_API_PORT',
    section: 'api',
    schema: z.int('a number from 0 to 65535').min(0).max(65_535),
    read: number,
    value: 8080,
    about: '0: any free one',
  }),
  apiHost: given({
    at: 'api.host',
    variable: 'MILLRACE_API_HOST',
    section: 'api',
    schema: text,
    value: '127.0.0.1',
    about: '',
  }),
  tenant: open({
    at: 'tenant',
    variable: 'MILLRACE_TENANT',
    section: 'machine',
    schema: text,
    about: '`-t` where it is left out',
  }),
  debug: open({
    at: null,
    variable: 'MILLRACE_DEBUG',
    section: 'machine',
    schema: z.string(),
    emptyCounts: true,
    about: 'set to anything: errors with their stacks',
  }),
  cacheDirectory: open({
    at: 'cacheDirectory',
    variable: 'MILLRACE_CACHE_DIR',
    section: 'machine',
    schema: text,
    otherwise: '`millrace` in `XDG_CACHE_HOME`, or in `~/.cache`',
    about: 'where `millrace dev` and the tests keep the servers that they fetch, and built workflow bundles',
  }),
};

export const allSettings: readonly Setting[] = Object.values(settings);
