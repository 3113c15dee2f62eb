/**
 * What each process of Millrace is told of its surroundings, checked once at its start: config/settings.ts has every setting with its name
 * and default, and says how a mistake is told; here they are put together for whoever needs them. Nothing else reads the environment.
 */
import { readFileSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { type Environment, Settings } from './config/read.ts';
import { settings } from './config/settings.ts';
import type { KafkaAccess } from './contracts/kafka-access.ts';
import { defaultQuota, devTuning, limits, productionTuning, type Quota, type Tuning } from './contracts/limits.ts';
import type { TemporalAccess, TemporalTls } from './contracts/temporal-access.ts';

export interface ClientConfig extends TemporalAccess {
  readonly deployment: string;
}

export interface ControlConfig {
  readonly deployment: string;
  readonly temporal: TemporalAccess;
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

const kafkaDefault = '127.0.0.1:9092';

/** What a client needs. */
export function clientConfig(env: Environment = process.env): ClientConfig {
  const said = new Settings(env);
  return { ...temporal(said), deployment: said.get(settings.deployment) };
}

export function temporalConfig(env: Environment = process.env): TemporalAccess {
  return temporal(new Settings(env));
}

/** Stands in every name that this deployment gives to something in Kafka and Temporal. */
export function deploymentName(env: Environment = process.env): string {
  return new Settings(env).get(settings.deployment);
}

export function controlConfig(env: Environment = process.env): ControlConfig {
  return control(new Settings(env));
}

export function hostConfig(env: Environment = process.env): HostConfig {
  const said = new Settings(env);
  const isDev = said.get(settings.tuning) === 'dev';
  const tuning = isDev ? devTuning : productionTuning;
  const slots = said.get(settings.slots);
  return {
    ...control(said),
    hostId: said.get(settings.hostId) ?? `${hostname()}-${process.pid}`,
    release: said.get(settings.release) ?? ownVersion(),
    tuning: {
      heartbeatMs: said.get(settings.heartbeatMs) ?? tuning.heartbeatMs,
      healthMs: said.get(settings.healthMs) ?? tuning.healthMs,
      topicsMs: said.get(settings.topicsMs) ?? tuning.topicsMs,
      ...(!isDev && { takeUpMs: slots * limits.takeUpMsPerTask }),
    },
    threads: said.get(settings.threads),
    slots,
    rack: said.get(settings.rack),
  };
}

function temporal(said: Settings): TemporalAccess {
  const apiKey = said.get(settings.temporalApiKey);
  const codec = said.get(settings.temporalCodec);
  const tls = temporalTls(said);
  const wanted = said.get(settings.temporalTls) ?? (apiKey !== undefined || Object.keys(tls).length > 0);
  return {
    address: said.get(settings.temporalAddress),
    namespace: said.get(settings.temporalNamespace),
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(wanted ? { tls } : {}),
    ...(codec === undefined ? {} : { codec }),
  };
}

function temporalTls(said: Settings): TemporalTls {
  const [ca, cert] = [said.get(settings.temporalCa), said.get(settings.temporalCert)];
  const [key, serverName] = [said.get(settings.temporalKey), said.get(settings.temporalServerName)];
  if ((cert === undefined) !== (key === undefined)) {
    const [named, other] =
      cert === undefined
        ? [settings.temporalKey, settings.temporalCert]
        : [settings.temporalCert, settings.temporalKey];
    throw said.mistake(named, `${other.at} (${other.variable}) belongs to it: name both or none`);
  }
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
    ...(serverName === undefined ? {} : { serverName }),
  };
}

function control(said: Settings): ControlConfig {
  const clusters = namedClusters(said) ?? { main: { bootstrap: kafkaDefault } };
  return {
    deployment: said.get(settings.deployment),
    temporal: temporal(said),
    clusters,
    auditCluster: auditCluster(said, Object.keys(clusters)),
    reservedTopics: said.get(settings.reservedTopics),
    privateTopics: said.get(settings.privateTopics),
    quota: { ...defaultQuota, ...said.get(settings.quota) },
    recoveriesPerSecond: said.get(settings.recoveriesPerSecond),
  };
}

/** A variable that names one cluster, called main, wins over the file. */
function namedClusters(said: Settings): ControlConfig['clusters'] | undefined {
  const bootstrap = said.get(settings.bootstrap);
  const one = bootstrap === undefined ? undefined : { main: { bootstrap } };
  return said.variable(settings.clusters) ?? one ?? said.get(settings.clusters);
}

function auditCluster(said: Settings, known: readonly string[]): string {
  const name = said.get(settings.auditCluster) ?? (known.length === 1 ? known[0]! : 'main');
  if (known.includes(name)) return name;
  throw said.mistake(settings.auditCluster, `one of the clusters: ${known.join(', ')}`);
}

/** Servers that run already: null where none is named, and embedded ones are started instead (`millrace dev`, tests). */
export interface ServersConfig {
  readonly kafkaBootstrap: string | null;
  readonly temporalAddress: string | null;
  readonly namespace: string;
}

/** By variables alone: a file tells of an installation, not of what runs on this machine. */
export function serversConfig(env: Environment = process.env): ServersConfig {
  const said = new Settings({ ...env, [settings.config.variable]: undefined });
  return {
    kafkaBootstrap: said.get(settings.bootstrap) ?? null,
    temporalAddress: said.variable(settings.temporalAddress) ?? null,
    namespace: said.get(settings.temporalNamespace),
  };
}

/** Of what `millrace dev` and tests start: dev where no variable says it. */
export const tuningHere = (env: Environment = process.env): string =>
  new Settings({ ...env, [settings.config.variable]: undefined }).named(settings.tuning) ?? 'dev';

/** Where fetched servers and built bundles are kept. */
export function cacheDirectory(env: Environment = process.env): string {
  const named = new Settings(env).get(settings.cacheDirectory);
  return named ?? join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'millrace');
}

/** pino's level. */
export function logLevel(env: Environment = process.env): string {
  return new Settings(env).get(settings.log);
}

export function apiConfig(env: Environment = process.env): { readonly port: number; readonly host: string } {
  const said = new Settings(env);
  return { port: said.get(settings.apiPort), host: said.get(settings.apiHost) };
}

/** What the command line is told where no flag says it; undefined: nothing. */
export function commandLineConfig(env: Environment = process.env) {
  const said = new Settings(env);
  const { main, ...others } = namedClusters(said) ?? {};
  const [only, ...more] = Object.values(others);
  return {
    temporal: said.named(settings.temporalAddress),
    namespace: said.named(settings.temporalNamespace),
    deployment: said.named(settings.deployment),
    /** The cluster called main, or the only one. */
    kafka: main ?? (more.length === 0 ? only : undefined),
    tenant: said.get(settings.tenant),
  };
}

/** Whether errors are shown with their stacks. It reads no file, which may be what is wrong. */
export const showsStacks = (env: Environment = process.env): boolean => env[settings.debug.variable] !== undefined;

export const isDumbTerminal = (env: Environment = process.env): boolean => env['TERM'] === 'dumb';

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
