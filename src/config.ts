/**
 * The environment → configuration, checked once at a process's start. It owns the names of the variables and their
 * defaults; nothing else reads the environment for them. A mistake is a MillraceError that names the variable.
 */
import { readFileSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { failure, MillraceError } from './contracts/failure.ts';
import { bootstrapServers, type KafkaAccess, kafkaAccess } from './contracts/kafka-access.ts';
import { defaultQuota, devTuning, limits, productionTuning, type Quota, type Tuning } from './contracts/limits.ts';
import { auditTopic, defaultDeployment, deploymentPattern } from './contracts/names.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface TemporalConfig {
  /** `host:port`. */
  readonly address: string;
  readonly namespace: string;
  /** For Temporal Cloud, and servers of one's own that ask for it. */
  readonly apiKey?: string;
  readonly tls?: TlsConfig;
}

export interface TlsConfig {
  /** Of whoever signed the server's; the system's own where it is left out. */
  readonly serverRootCACertificate?: Buffer;
  readonly clientCertPair?: { readonly crt: Buffer; readonly key: Buffer };
}

export interface ControlConfig {
  readonly deployment: string;
  readonly temporal: TemporalConfig;
  /** By name. */
  readonly clusters: Readonly<Record<string, KafkaAccess>>;
  /** Name of the cluster that holds the audit topic. */
  readonly auditCluster: string;
  /** What each tenant may have. */
  readonly quota: Quota;
  /** Names of topics that no job writes, each with `*` at its end for all that begin so. */
  readonly reservedTopics: readonly string[];
  /** Likewise, of topics that no job reads or writes. */
  readonly privateTopics: readonly string[];
  /** Recoveries that all jobs together begin in a second, whatever the number of control processes. */
  readonly recoveriesPerSecond: number;
}

export interface HostConfig extends ControlConfig {
  readonly hostId: string;
  /** Names the code that it runs: jobs are moved from release to release. */
  readonly release: string;
  readonly tuning: Tuning;
  /** Worker threads; undefined: one per core. */
  readonly threads: number | undefined;
  /** Tasks that this host takes. */
  readonly slots: number;
  /** Where it is, as `broker.rack` names places; '': nobody said. */
  readonly rack: string;
}

/** Schema registries, Kafka Connect and Kafka itself begin the names of their topics so. */
const reservedDefault = '_*';
/** Every tenant's history, of the deployment that most others stand beside; each knows its own. */
const privateDefault = auditTopic(defaultDeployment);
/** Tasks of a host that names no number: most are idle most of the time. */
const slotsDefault = 100;
/** Of a rack's name: Kafka's own are availability zones, or racks. */
const rackCharsMax = 255;
/** Milliseconds that a heartbeat's timeout and a health window may be set to. */
const tuningMsMax = 600_000;

/** A cluster's bootstrap servers, or how it is reached. */
const clusterAccess = z.union([bootstrapServers.transform((bootstrap): KafkaAccess => ({ bootstrap })), kafkaAccess]);
/** What isn't named is as limits.ts has it. */
const quota = z.strictObject({
  jobs: z.int().min(1).exactOptional(),
  tasks: z.int().min(1).max(limits.tasksMax).exactOptional(),
});
const deployment = z
  .string()
  .max(limits.deploymentCharsMax)
  .regex(deploymentPattern, 'lower-case letters, digits and hyphens, a letter first');
const count = (max: number) => z.coerce.number().int().min(1).max(max);

/** `TEMPORAL_ADDRESS` (127.0.0.1:7233) and `TEMPORAL_NAMESPACE` (default), and what {@link temporalAccess} reads. */
export function temporalConfig(env: Environment = process.env): TemporalConfig {
  return {
    address: env['TEMPORAL_ADDRESS'] ?? '127.0.0.1:7233',
    namespace: env['TEMPORAL_NAMESPACE'] ?? 'default',
    ...temporalAccess(env),
  };
}

/**
 * By Temporal's own names: `TEMPORAL_API_KEY`; `TEMPORAL_TLS` (true; also where a key or a certificate is named), and the files
 * `TEMPORAL_TLS_SERVER_CA_CERT_PATH`, `TEMPORAL_TLS_CLIENT_CERT_PATH` with `TEMPORAL_TLS_CLIENT_KEY_PATH`.
 */
export function temporalAccess(env: Environment = process.env): Pick<TemporalConfig, 'apiKey' | 'tls'> {
  const apiKey = env['TEMPORAL_API_KEY'];
  const ca = certificate(env, 'TEMPORAL_TLS_SERVER_CA_CERT_PATH');
  const crt = certificate(env, 'TEMPORAL_TLS_CLIENT_CERT_PATH');
  const key = certificate(env, 'TEMPORAL_TLS_CLIENT_KEY_PATH');
  if ((crt === null) !== (key === null)) {
    const message =
      'TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH belong together: name both or none.';
    throw new MillraceError(failure('invalid_spec', message));
  }
  const tls = read(
    'TEMPORAL_TLS',
    env['TEMPORAL_TLS'] ?? String(Boolean(apiKey || ca || crt)),
    z.enum(['true', 'false']),
  );
  return {
    ...(apiKey ? { apiKey } : {}),
    ...(tls === 'false'
      ? {}
      : {
          tls: {
            ...(ca === null ? {} : { serverRootCACertificate: ca }),
            ...(crt === null || key === null ? {} : { clientCertPair: { crt, key } }),
          },
        }),
  };
}

function certificate(env: Environment, name: string): Buffer | null {
  const path = env[name];
  if (!path) return null;
  try {
    return readFileSync(path);
  } catch (cause) {
    const message = `The environment variable ${name} is wrong: the file ${path} can't be read.`;
    throw new MillraceError(failure('invalid_spec', message), [], { cause });
  }
}

/** `MILLRACE_DEPLOYMENT` (millrace): stands in every name that this deployment gives to something in Kafka and Temporal. */
export function deploymentName(env: Environment = process.env): string {
  return read('MILLRACE_DEPLOYMENT', env['MILLRACE_DEPLOYMENT'] ?? defaultDeployment, deployment);
}

/** What a client needs: `MILLRACE_DEPLOYMENT` beside Temporal's. */
export function clientConfig(env: Environment = process.env): TemporalConfig & { readonly deployment: string } {
  return { ...temporalConfig(env), deployment: deploymentName(env) };
}

/**
 * Beside the client's: `MILLRACE_CLUSTERS`, a JSON object of cluster name → bootstrap servers, or `KAFKA_BOOTSTRAP` for the
 * one called main; `MILLRACE_AUDIT_CLUSTER`, which one holds the audit topic (main, or the only one);
 * `MILLRACE_QUOTA`, a JSON object of what each tenant may have: `jobs`, and `tasks` of one job; `MILLRACE_RESERVED_TOPICS`, topics
 * that no job writes, with commas between them (`_*`: what Kafka and its tools keep for themselves); `MILLRACE_PRIVATE_TOPICS`, topics that
 * no job reads or writes (`millrace.audit`: other deployments' on the same Kafka; this one's own always is);
 * `MILLRACE_RECOVERIES_PER_SECOND`, how many jobs that lost their tasks begin anew in a second.
 */
export function controlConfig(env: Environment = process.env): ControlConfig {
  const known = clusters(env);
  return {
    deployment: deploymentName(env),
    temporal: temporalConfig(env),
    clusters: known,
    auditCluster: auditCluster(env, Object.keys(known)),
    reservedTopics: topicPatterns(env, 'MILLRACE_RESERVED_TOPICS', reservedDefault),
    privateTopics: topicPatterns(env, 'MILLRACE_PRIVATE_TOPICS', privateDefault),
    quota: { ...defaultQuota, ...read('MILLRACE_QUOTA', parseJson(env['MILLRACE_QUOTA'] ?? '{}'), quota) },
    recoveriesPerSecond: read(
      'MILLRACE_RECOVERIES_PER_SECOND',
      env['MILLRACE_RECOVERIES_PER_SECOND'] ?? String(limits.recoveriesPerSecondDefault),
      count(1_000),
    ),
  };
}

/**
 * Beside the control's: `MILLRACE_HOST_ID`, `MILLRACE_RELEASE` (Millrace's own version), `MILLRACE_THREADS`, `MILLRACE_SLOTS`, `MILLRACE_RACK` (what Kafka
 * consumers call `client.rack`: partitions with a replica there are read from it), `MILLRACE_TUNING` (production or dev), and
 * `MILLRACE_HEARTBEAT_MS`, `MILLRACE_HEALTH_MS` and `MILLRACE_TOPICS_MS`, each instead of what the tuning says.
 */
export function hostConfig(env: Environment = process.env): HostConfig {
  const tuning = read('MILLRACE_TUNING', env['MILLRACE_TUNING'] ?? 'production', z.enum(['production', 'dev']));
  const threads = env['MILLRACE_THREADS'];
  const slots = read('MILLRACE_SLOTS', env['MILLRACE_SLOTS'] ?? String(slotsDefault), count(10_000));
  return {
    ...controlConfig(env),
    hostId: read(
      'MILLRACE_HOST_ID',
      env['MILLRACE_HOST_ID'] ?? `${hostname()}-${process.pid}`,
      z.string().regex(/^[\w.-]{1,128}$/, 'at most 128 letters, digits, dots, hyphens and underscores'),
    ),
    release: read(
      'MILLRACE_RELEASE',
      env['MILLRACE_RELEASE'] ?? ownVersion(),
      z
        .string()
        .max(limits.releaseCharsMax)
        .regex(/^[\w.+-]+$/, 'letters, digits, dots, plus signs, hyphens and underscores'),
    ),
    tuning: {
      ...tuned(tuning === 'dev' ? devTuning : productionTuning, env),
      ...(tuning === 'production' && { takeUpMs: slots * limits.takeUpMsPerTask }),
    },
    threads: threads === undefined ? undefined : read('MILLRACE_THREADS', threads, count(256)),
    slots,
    rack: read('MILLRACE_RACK', env['MILLRACE_RACK'] ?? '', z.string().max(rackCharsMax)),
  };
}

function tuned({ heartbeatMs, healthMs, topicsMs }: Tuning, env: Environment): Tuning {
  const ms = (name: string, otherwise: number): number => read(name, env[name] ?? otherwise, count(tuningMsMax));
  return {
    heartbeatMs: ms('MILLRACE_HEARTBEAT_MS', heartbeatMs),
    healthMs: ms('MILLRACE_HEALTH_MS', healthMs),
    topicsMs: ms('MILLRACE_TOPICS_MS', topicsMs),
  };
}

function clusters(env: Environment): Readonly<Record<string, KafkaAccess>> {
  const json = env['MILLRACE_CLUSTERS'];
  if (json === undefined) {
    return {
      main: { bootstrap: read('KAFKA_BOOTSTRAP', env['KAFKA_BOOTSTRAP'] ?? '127.0.0.1:9092', bootstrapServers) },
    };
  }
  return read('MILLRACE_CLUSTERS', parseJson(json), z.record(z.string().min(1), clusterAccess));
}

function auditCluster(env: Environment, known: readonly string[]): string {
  const only = known.length === 1 ? known[0] : undefined;
  const names = z.string().refine((n) => known.includes(n), `one of MILLRACE_CLUSTERS: ${known.join(', ')}`);
  return read('MILLRACE_AUDIT_CLUSTER', env['MILLRACE_AUDIT_CLUSTER'] ?? only ?? 'main', names);
}

function topicPatterns(env: Environment, name: string, otherwise: string): string[] {
  const patterns = (env[name] ?? otherwise).split(',').filter((t) => t !== '');
  const pattern = z
    .string()
    .regex(/^[a-zA-Z0-9._-]*\*?$/, 'names of topics, each with * at its end for all that begin so');
  return read(name, patterns, z.array(pattern));
}

function read<T>(name: string, value: unknown, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  throw new MillraceError(
    failure('invalid_spec', `The environment variable ${name} is wrong${at}: ${issue?.message}.`),
  );
}

/** What is no JSON is left to the schema, which says what was expected. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Servers that run already: null where none is named, and embedded ones are started instead (`millrace dev`, tests). */
export interface ServersConfig {
  readonly kafkaBootstrap: string | null;
  readonly temporalAddress: string | null;
  readonly namespace: string;
}

/** `KAFKA_BOOTSTRAP`, `TEMPORAL_ADDRESS` and `TEMPORAL_NAMESPACE` (default). */
export function serversConfig(env: Environment = process.env): ServersConfig {
  const kafka = env['KAFKA_BOOTSTRAP'];
  const temporal = env['TEMPORAL_ADDRESS'];
  return {
    kafkaBootstrap: kafka ? read('KAFKA_BOOTSTRAP', kafka, bootstrapServers) : null,
    temporalAddress: temporal || null,
    namespace: env['TEMPORAL_NAMESPACE'] || 'default',
  };
}

/** `MILLRACE_TUNING` of what `millrace dev` and tests start: dev where it isn't named. */
export const tuningHere = (env: Environment = process.env): string => env['MILLRACE_TUNING'] ?? 'dev';

/** Where fetched servers and built bundles are kept: `MILLRACE_CACHE_DIR`, else `millrace` in the user's cache directory. */
export function cacheDirectory(env: Environment = process.env): string {
  return env['MILLRACE_CACHE_DIR'] || join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'millrace');
}

/** `MILLRACE_LOG` (info): pino's level. */
export function logLevel(env: Environment = process.env): string {
  return env['MILLRACE_LOG'] ?? 'info';
}

/** `MILLRACE_API_PORT` (8080; 0: any free one) and `MILLRACE_API_HOST` (127.0.0.1). */
export function apiConfig(env: Environment = process.env): { readonly port: number; readonly host: string } {
  const port = z.coerce.number('a number from 0 to 65535').int().min(0).max(65_535);
  return {
    port: read('MILLRACE_API_PORT', env['MILLRACE_API_PORT'] || '8080', port),
    host: env['MILLRACE_API_HOST'] ?? '127.0.0.1',
  };
}

/** What the command line is told where no flag says it, as it stands there; undefined: nothing. */
export function commandLineConfig(env: Environment = process.env) {
  return {
    temporal: env['TEMPORAL_ADDRESS'],
    namespace: env['TEMPORAL_NAMESPACE'],
    deployment: env['MILLRACE_DEPLOYMENT'],
    kafka: env['KAFKA_BOOTSTRAP'],
    tenant: env['MILLRACE_TENANT'],
    debug: env['MILLRACE_DEBUG'] !== undefined,
    dumbTerminal: env['TERM'] === 'dumb',
  };
}

/** `MILLRACE_LAUNCHER`: process id of the launcher (scripts/enter.mjs) that started this process; null: none did. */
export function launcherPid(env: Environment = process.env): number | null {
  const pid = Number(env['MILLRACE_LAUNCHER']);
  return Number.isInteger(pid) && pid > 0 ? pid : null;
}

/** Directories in which commands are looked for. */
export const commandPath = (env: Environment = process.env): string[] => (env['PATH'] ?? '').split(':');

/** This process's environment as a whole and what is added: for a child process, or for a command that is given its own in tests. */
export const wholeEnvironment = (more: Environment = {}): Record<string, string | undefined> => ({
  ...process.env,
  ...more,
});

/** Millrace's own version, as package.json has it. */
export function ownVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
