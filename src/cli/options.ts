/** Options that several commands share, with the environment variables behind them. Flag over variable over what `millrace dev` tells over default. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ChangeOptions, MillraceClientPort } from '../client/port.ts';
import { commandLineConfig } from '../config.ts';
import { mistakeOfRequestId } from '../contracts/asking.ts';
import { MillraceError } from '../contracts/failure.ts';
import type { KafkaAccess } from '../contracts/kafka-access.ts';
import { limits } from '../contracts/limits.ts';
import { defaultDeployment, deploymentPattern } from '../contracts/names.ts';
import { findDev } from './dev-addresses.ts';
import { UsageError, type World } from './world.ts';

export interface ConnectionOptions {
  readonly temporal?: string;
  readonly namespace?: string;
  readonly deployment?: string;
}

export interface TenantOptions {
  readonly tenant?: string;
}

export interface KafkaOptions {
  readonly kafka?: string;
}

export function withConnection(command: Command): Command {
  return command
    .option(
      '--temporal <host:port>',
      'Temporal server (TEMPORAL_ADDRESS; else the running `millrace dev`; else 127.0.0.1:7233)',
    )
    .option('--namespace <name>', 'Temporal namespace (TEMPORAL_NAMESPACE; else default)')
    .option(
      '--deployment <name>',
      `which Millrace of several (MILLRACE_DEPLOYMENT; else ${defaultDeployment})`,
      deploymentName,
    );
}

export function withTenant(command: Command): Command {
  return command.option('-t, --tenant <tenant>', 'tenant (MILLRACE_TENANT)');
}

export function withKafka(command: Command): Command {
  return command.option(
    '--kafka <host:port,…>',
    'Kafka brokers (KAFKA_BOOTSTRAP; else the running `millrace dev`; else 127.0.0.1:9092)',
  );
}

export interface RequestFlags {
  readonly why?: string;
  readonly requestId?: string;
}

export interface ChangeFlags extends RequestFlags {
  readonly ifRevision?: number;
}

/** What every request says of itself. Who asks is the user of the process. */
export function withRequest(command: Command): Command {
  return command
    .option('--why <text>', 'why, for the history', bounded(limits.reasonCharsMax))
    .option('--request-id <id>', 'names the request: sent twice, it is done once', requestId);
}

/** And what a change of something that has revisions says too. */
export function withChange(command: Command): Command {
  return withRequest(command).option('--if-revision <n>', 'only if this is its revision', count);
}

export function requestOf({ why, requestId }: RequestFlags): Pick<ChangeOptions, 'why' | 'requestId'> {
  return { ...(why === undefined ? {} : { why }), ...(requestId === undefined ? {} : { requestId }) };
}

export function changeOf({ ifRevision, ...request }: ChangeFlags): ChangeOptions {
  return { ...requestOf(request), ...(ifRevision === undefined ? {} : { expectedRevision: ifRevision }) };
}

export interface WaitFlags {
  readonly wait?: boolean;
  readonly timeout: number;
}

export function withWaiting(command: Command, until: string): Command {
  return command
    .option('--wait', `until ${until}, with progress on stderr`)
    .option('--timeout <duration>', 'how long to wait: 30s, 5m, 1h', duration, 120_000);
}

export function outputOption<T extends string>(choices: readonly T[], fallback: T): Option {
  return new Option('-o, --output <format>', 'how to print it').choices([...choices]).default(fallback);
}

/** Runs `work` with a connected client, and closes it whatever happens. */
export async function withClient<T>(
  world: World,
  options: ConnectionOptions,
  work: (client: MillraceClientPort) => Promise<T>,
): Promise<T> {
  const env = commandLineConfig(world.env);
  const named = options.temporal ?? env.temporal;
  const dev = named === undefined ? await findDev(world) : null;
  const temporal = named ?? dev?.temporal ?? '127.0.0.1:7233';
  const namespace = options.namespace ?? env.namespace ?? dev?.namespace ?? 'default';
  const deployment = options.deployment ?? env.deployment ?? dev?.deployment ?? defaultDeployment;
  const client = await world.connect({ temporal, namespace, deployment });
  try {
    return await work(client);
  } catch (error) {
    if (!(error instanceof MillraceError) || error.failure.code !== 'temporal_unavailable') throw error;
    const help = `Temporal was looked for at ${temporal}; start \`millrace dev\`, or name another one by --temporal or TEMPORAL_ADDRESS.`;
    const why = error.cause instanceof Error ? `\n${error.cause.message}` : '';
    throw new MillraceError({ ...error.failure, message: `${error.failure.message}\n${help}${why}` }, [], {
      cause: error,
    });
  } finally {
    await client.close();
  }
}

export async function kafkaOf(world: World, options: KafkaOptions): Promise<KafkaAccess> {
  if (options.kafka !== undefined) return { bootstrap: options.kafka };
  const named = commandLineConfig(world.env).kafka;
  return named ?? { bootstrap: (await findDev(world))?.kafka ?? '127.0.0.1:9092' };
}

export function tenantOf(world: World, options: TenantOptions): string {
  const tenant = options.tenant ?? commandLineConfig(world.env).tenant;
  if (tenant !== undefined && tenant !== '') return tenant;
  throw new UsageError('No tenant: give --tenant, or set MILLRACE_TENANT.');
}

export function tenantIfAny(world: World, options: TenantOptions): { tenant?: string } {
  const tenant = options.tenant ?? commandLineConfig(world.env).tenant;
  return tenant === undefined || tenant === '' ? {} : { tenant };
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `500ms`, `30s`, `5m`, `1h` → milliseconds. */
export function duration(text: string): number {
  const [, digits, unit] = /^(\d{1,9})(ms|s|m|h)$/.exec(text) ?? [];
  if (digits === undefined || unit === undefined) {
    throw new InvalidArgumentError('Write a number with its unit: 500ms, 30s, 5m or 1h.');
  }
  return Number(digits) * units[unit]!;
}

export function count(text: string): number {
  if (!/^\d{1,12}$/.test(text)) throw new InvalidArgumentError('Write a whole number.');
  return Number(text);
}

/** A deployment's name, as config.ts takes it. */
function deploymentName(text: string): string {
  if (deploymentPattern.test(text) && text.length <= limits.deploymentCharsMax) return text;
  throw new InvalidArgumentError(
    `Write up to ${limits.deploymentCharsMax} lower-case letters, digits and hyphens, a letter first.`,
  );
}

const bounded =
  (max: number) =>
  (text: string): string => {
    if (text.trim() !== '' && text.length <= max) return text;
    throw new InvalidArgumentError(`Write 1 to ${max} characters.`);
  };

function requestId(text: string): string {
  const mistake = mistakeOfRequestId(text);
  if (mistake !== null) throw new InvalidArgumentError(`Write another: ${mistake}.`);
  return bounded(limits.requestIdCharsMax)(text);
}

export const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
