/**
 * The connection that a process's workers share. Owns its first opening, which is patient, and another one in its place where what is shown to
 * Temporal has changed: a key, a certificate. The workers go over to it; what they do goes on.
 */
import { NativeConnection } from '@temporalio/worker';
import { type Credentials, KeptCredentials } from '../client/credentials.ts';
import { requireSearchAttributes } from '../client/search-attributes.ts';
import { MillraceError } from '../contracts/failure.ts';
import { limits } from '../contracts/limits.ts';
import type { TemporalAccess } from '../contracts/temporal-access.ts';
import type { Log } from './process.ts';

/** Milliseconds that the first connection is tried: the servers may start at the same time as this process. */
const connectMsMax = 60_000;
const connectPauseMs = 500;

/** A worker, or who keeps one. */
interface Movable {
  connection?: NativeConnection | undefined;
}

export class TemporalConnection {
  readonly #address: string;
  readonly #kept: KeptCredentials;
  readonly #log: Log;
  readonly #timer: NodeJS.Timeout;
  #shown: Credentials;
  #native: NativeConnection;
  #users: readonly Movable[] = [];

  /**
   * To a namespace that has what Millrace needs of it. Later breaks are mended by the SDK itself. Throws MillraceError `invalid_spec` with what
   * the namespace lacks, or what can't be read.
   */
  static async open(access: TemporalAccess, log: Log): Promise<TemporalConnection> {
    const { address, namespace } = access;
    const kept = new KeptCredentials(access);
    const deadline = Date.now() + connectMsMax;
    let warned = false;
    const warnOnce = (message: string): void => {
      if (!warned) log.warn({ address }, message);
      warned = true;
    };
    for (;;) {
      try {
        const shown = await kept.now();
        await requireSearchAttributes({ address, namespace, ...shown }, warnOnce);
        return new TemporalConnection(address, kept, log, shown, await NativeConnection.connect({ address, ...shown }));
      } catch (error) {
        if (error instanceof MillraceError && error.failure.domain === 'user') throw error;
        if (Date.now() > deadline)
          throw new Error(`Temporal at ${address} gave no answer in ${connectMsMax / 1_000} s.`, { cause: error });
        log.warn({ address, cause: causeOf(error) }, 'Temporal does not answer yet');
        await new Promise((done) => setTimeout(done, connectPauseMs));
      }
    }
  }

  private constructor(address: string, kept: KeptCredentials, log: Log, shown: Credentials, native: NativeConnection) {
    this.#address = address;
    this.#kept = kept;
    this.#log = log;
    this.#shown = shown;
    this.#native = native;
    this.#timer = setInterval(() => void this.#renew(), limits.secretsAgainMs).unref();
  }

  get native(): NativeConnection {
    return this.#native;
  }

  /** Those that are moved to each new connection. */
  serve(users: readonly Movable[]): void {
    this.#users = users;
  }

  async #renew(): Promise<void> {
    try {
      const shown = await this.#kept.now();
      if (shown === this.#shown) return;
      const native = await NativeConnection.connect({ address: this.#address, ...shown });
      const former = this.#native;
      [this.#native, this.#shown] = [native, shown];
      for (const user of this.#users) user.connection = native;
      this.#log.info({ address: this.#address }, 'what is shown to Temporal has changed: connected anew');
      await former.close();
    } catch (error) {
      this.#log.warn(
        { address: this.#address, cause: causeOf(error) },
        'what is shown to Temporal has changed, and does not hold yet',
      );
    }
  }

  /** A worker that has given up may hold its connection for ever: it ends with the process. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#native.close().catch(() => {});
  }
}

const causeOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
