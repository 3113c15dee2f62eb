/**
 * A TCP proxy that can be cut. Cut by `reset`, connections break and new ones are refused; by `silence`, nothing passes in
 * either direction; by `mute`, what the client says passes and the answers don't. Healed late, what was held back arrives
 * then, as after a network's hiccup; healed by reset, the connections that were silent break. It can be led elsewhere: to whom
 * answers in the other's place.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';

/** What a cut does. reset: connections break, new ones are refused. silence: nothing passes. mute: requests pass, answers don't. */
export type CutMode = 'reset' | 'silence' | 'mute';

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

/** For each connection, who hears it. */
export type Listen = () => (chunk: Buffer) => void;

export class Way {
  readonly port: number;
  #target: number;
  readonly #listener: Server;
  readonly #pairs = new Set<Pair>();
  #cut: CutMode | null = null;
  readonly #listen: Listen;

  private constructor(port: number, target: number, listen: Listen) {
    this.port = port;
    this.#target = target;
    this.#listen = listen;
    this.#listener = createServer({ noDelay: true, pauseOnConnect: true }, (client) => this.#accept(client));
  }

  /** From 127.0.0.1:port to 127.0.0.1:target. `listen` hears what clients say before it is passed on. */
  static async open(port: number, target: number, listen: Listen = () => () => {}): Promise<Way> {
    const way = new Way(port, target, listen);
    await new Promise<void>((resolve, reject) => {
      way.#listener.once('error', reject);
      way.#listener.listen(port, '127.0.0.1', resolve);
    });
    return way;
  }

  cut(mode: CutMode): void {
    this.#cut = mode;
    if (mode === 'reset') this.#breakAll();
    else for (const pair of this.#pairs) this.#flow(pair);
  }

  heal(how: 'late' | 'reset'): void {
    if (this.#cut === null) return;
    this.#cut = null;
    if (how === 'reset') this.#breakAll();
    for (const pair of this.#pairs) this.#flow(pair);
  }

  /** From now on to another port; connections break. */
  lead(target: number): void {
    this.#target = target;
    this.#breakAll();
  }

  async close(): Promise<void> {
    // Whoever connects meanwhile would keep it open.
    this.cut('reset');
    await new Promise((resolve) => this.#listener.close(resolve));
  }

  #breakAll(): void {
    for (const { client, server } of this.#pairs) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
    this.#pairs.clear();
  }

  #accept(client: Socket): void {
    if (this.#cut === 'reset') {
      client.on('error', () => {});
      client.resetAndDestroy();
      return;
    }
    const server = connect({ port: this.#target, host: '127.0.0.1', noDelay: true });
    const pair = { client, server };
    this.#pairs.add(pair);
    const heard = this.#listen();
    client.on('data', (chunk) => {
      heard(chunk);
      if (!server.write(chunk)) client.pause();
    });
    server.on('data', (chunk) => {
      if (!client.write(chunk)) server.pause();
    });
    client.on('drain', () => this.#flow(pair));
    server.on('drain', () => this.#flow(pair));
    server.on('connect', () => this.#flow(pair));
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('error', () => {});
      one.on('end', () => other.end());
      one.on('close', () => {
        this.#pairs.delete(pair);
        other.destroy();
      });
    }
    this.#flow(pair);
  }

  /** Lets a pair's data pass in the directions that aren't cut. */
  #flow({ client, server }: Pair): void {
    if (this.#cut === null || this.#cut === 'mute') client.resume();
    else client.pause();
    if (this.#cut === null) server.resume();
    else server.pause();
  }
}
