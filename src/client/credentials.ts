/**
 * What an access to Temporal refers to, read: the key and the certificates. Owns looking again whether they have changed, so that what was
 * exchanged holds without anything being started anew.
 */
import type { ConnectionOptions } from '@temporalio/client';
import { failure, MillraceError } from '../contracts/failure.ts';
import { limits } from '../contracts/limits.ts';
import type { TemporalAccess, TemporalTls } from '../contracts/temporal-access.ts';
import { secret } from '../secrets.ts';
import { loadPayloadCodec } from './payload-codec.ts';
import type { Namespace } from './search-attributes.ts';
import type { TemporalOptions } from './temporal.ts';

export interface Credentials {
  readonly apiKey?: string;
  readonly tls?: Exclude<ConnectionOptions['tls'], boolean | null | undefined>;
}

export class KeptCredentials {
  readonly #access: TemporalAccess;
  readonly #againMs: number;
  #known: Credentials = {};
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(access: TemporalAccess, againMs: number = limits.secretsAgainMs) {
    this.#access = access;
    this.#againMs = againMs;
  }

  /** As they are; the same object as long as nothing has changed. Throws MillraceError `invalid_spec` that says what can't be read. */
  async now(): Promise<Credentials> {
    if (performance.now() - this.#lookedAt < this.#againMs) return this.#known;
    const found = await credentialsOf(this.#access);
    this.#lookedAt = performance.now();
    if (JSON.stringify(found) !== JSON.stringify(this.#known)) this.#known = found;
    return this.#known;
  }
}

/** Of a client that reaches Temporal this way: its credentials are looked at again, and its payloads are as the codec keeps them. */
export async function clientOptions(access: TemporalAccess): Promise<TemporalOptions> {
  const { address, namespace } = access;
  const kept = new KeptCredentials(access);
  const codec = await loadPayloadCodec(access.codec);
  return { address, namespace, credentials: () => kept.now(), ...(codec === undefined ? {} : { codec }) };
}

/** A namespace by what is shown to it now. */
export const namespaceOf = async (access: TemporalAccess): Promise<Namespace> => ({
  address: access.address,
  namespace: access.namespace,
  ...(await credentialsOf(access)),
});

async function credentialsOf({ address, apiKey, tls }: TemporalAccess): Promise<Credentials> {
  try {
    return {
      ...(apiKey === undefined ? {} : { apiKey: await secret(apiKey) }),
      ...(tls === undefined ? {} : { tls: await tlsOf(tls) }),
    };
  } catch (cause) {
    const message = `How Temporal at ${address} is reached can't be told: ${(cause as Error).message}.`;
    throw new MillraceError(failure('invalid_spec', message), [], { cause });
  }
}

async function tlsOf({ ca, cert, key, serverName }: TemporalTls): Promise<NonNullable<Credentials['tls']>> {
  const read = async (reference: string): Promise<Buffer> => Buffer.from(await secret(reference));
  return {
    ...(ca === undefined ? {} : { serverRootCACertificate: await read(ca) }),
    ...(cert === undefined || key === undefined
      ? {}
      : { clientCertPair: { crt: await read(cert), key: await read(key) } }),
    ...(serverName === undefined ? {} : { serverNameOverride: serverName }),
  };
}
