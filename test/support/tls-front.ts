/** TLS in front of a server that has none, as a proxy that an operator puts there (requests are the server's own). It asks for clients' certificates. */
import { type AddressInfo, connect } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { Certificate } from './certificates.ts';

export interface FrontOptions {
  readonly own: Certificate;
  /** Who signs clients' certificates. */
  readonly ca: string;
  readonly target: number;
}

export class TlsFront {
  /** Common names of the clients that were let in, for each connection. */
  readonly clients: string[] = [];
  readonly #server: Server;
  readonly #open = new Set<TLSSocket>();
  #refused: string | null = null;

  private constructor({ own, ca, target }: FrontOptions) {
    const asked = { requestCert: true, rejectUnauthorized: true, ALPNProtocols: ['h2'] };
    this.#server = createServer({ cert: own.cert, key: own.key, ca, ...asked }, (client) =>
      this.#accept(client, target),
    );
    this.#server.on('tlsClientError', () => {});
  }

  static async open(options: FrontOptions): Promise<TlsFront> {
    const front = new TlsFront(options);
    await new Promise<void>((done) => front.#server.listen(0, '127.0.0.1', done));
    return front;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on clients of this common name are turned away; those that are in are put out. */
  refuse(commonName: string): void {
    this.#refused = commonName;
    for (const client of this.#open) if (nameOf(client) === commonName) client.destroy();
  }

  #accept(client: TLSSocket, target: number): void {
    client.on('error', () => client.destroy());
    if (nameOf(client) === this.#refused) return void client.destroy();
    this.clients.push(nameOf(client));
    this.#open.add(client);
    const server = connect(target, '127.0.0.1');
    server.on('error', () => client.destroy());
    server.on('close', () => client.destroy());
    client.on('close', () => {
      this.#open.delete(client);
      server.destroy();
    });
    client.pipe(server).pipe(client);
  }

  async close(): Promise<void> {
    for (const client of this.#open) client.destroy();
    await new Promise((done) => this.#server.close(done));
  }
}

const nameOf = (client: TLSSocket): string => String(client.getPeerCertificate().subject?.CN);
