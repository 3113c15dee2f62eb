/**
 * One connection to one broker, with the versions that it speaks. Owns picking a request's version, and turning every way
 * of not getting an answer into {@link NoAnswer}. A connection on which a request timed out is closed: answers to it may
 * still come and would be taken for others.
 */
import { Connection, type ConnectionOptions } from '@platformatic/kafka';
import { apiVersions, type BrokerVersions } from './api/api-versions.ts';
import { BrokerError, NoAnswer } from './broker-error.ts';
import { type Api, RequestWriter, ResponseReader } from './wire.ts';

/** How to reach the brokers of a cluster. TLS and SASL are the library's own options. */
export type LinkOptions = Pick<ConnectionOptions, 'tls' | 'sasl'>;

const CONNECT_MS = 4_000;
const REQUEST_MS = 10_000;

export class Link {
  readonly #connection: Connection;
  readonly #address: string;
  #versions: BrokerVersions = { lowest: new Map(), highest: new Map(), transactionVersion: 0 };

  private constructor(connection: Connection, address: string) {
    this.#connection = connection;
    this.#address = address;
  }

  static async open(
    clientId: string,
    host: string,
    port: number,
    options: LinkOptions,
    onClose: () => void,
  ): Promise<Link> {
    const connection = new Connection(clientId, {
      ...options,
      connectTimeout: CONNECT_MS,
      requestTimeout: REQUEST_MS,
      maxInflights: 64,
    });
    const address = `${host}:${port}`;
    // Errors also reach the waiting requests; without a listener they would end the process.
    connection.on('error', onClose);
    connection.on('close', onClose);
    try {
      await connection.connect(host, port);
    } catch (e) {
      throw new NoAnswer(`no connection to ${address} (${reason(e)})`, { cause: e });
    }
    const link = new Link(connection, address);
    const versions = (await link.#send(apiVersions(4), 4, false)) ?? (await link.#send(apiVersions(3), 3, false));
    if (versions === null) throw new BrokerError(35, 'ApiVersions', `of ${address}`);
    link.#versions = versions;
    return link;
  }

  get versions(): BrokerVersions {
    return this.#versions;
  }
  get open(): boolean {
    return this.#connection.isConnected();
  }

  /** Sends in the newest version that both sides know. Throws {@link BrokerError} or {@link NoAnswer}. */
  request<T>(api: Api<T>): Promise<T> {
    const [low, high] = api.versions;
    const version = Math.min(high, this.#versions.highest.get(api.key) ?? -1);
    if (version < low || version < (this.#versions.lowest.get(api.key) ?? 0)) {
      throw new BrokerError(35, api.name, `at ${this.#address}: Millrace speaks versions ${low} to ${high} of it`);
    }
    return this.#send(api, version, true);
  }

  #send<T>(api: Api<T>, version: number, headerTags: boolean): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#connection.send<T>(
        api.key,
        version,
        () => {
          const writer = new RequestWriter();
          api.write(writer, version);
          return writer.finish();
        },
        (_correlation, _key, _version, reader) => api.read(new ResponseReader(reader.buffer.buffer), version),
        true,
        headerTags,
        (error, answer) => {
          if (error === null || error === undefined) resolve(answer as T);
          else if (error instanceof BrokerError) reject(error);
          else {
            void this.close();
            reject(new NoAnswer(`${api.name} at ${this.#address} got no answer (${reason(error)})`, { cause: error }));
          }
        },
      );
    });
  }

  async close(): Promise<void> {
    await this.#connection.close().catch(() => {});
  }
}

function reason(e: unknown): string {
  if (!(e instanceof Error)) return String(e);
  return e.cause instanceof Error && e.cause.message !== '' ? e.cause.message : e.message;
}
