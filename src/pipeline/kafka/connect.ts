/**
 * Opens a socket to a broker. With TLS or SASL the library connects and authenticates, and again in time; its responses
 * are those with positive correlation ids. Without, the socket is opened here, because only then can it read straight
 * into the buffer that a response is gathered in: a fresh one per read makes hundreds of megabytes of garbage a second.
 */
import { createConnection, isIP, type Socket } from 'node:net';
import type { KafkaAccess } from '../../contracts/kafka-access.ts';
import { limits } from '../../contracts/limits.ts';
import { type Credentials, credentialsOf } from './credentials.ts';
import { library } from './library.ts';

/** Who takes what a socket reads. */
export interface Intake {
  /** Where to read to next. */
  space(): Buffer;
  /** So many bytes were read there. */
  filled(bytes: number): void;
  /** Bytes that were read elsewhere; only valid during the call. */
  push(chunk: Buffer): void;
}

export interface Opened {
  readonly socket: Socket;
  /** Sends a request, in these parts. It waits while the connection authenticates again: a broker takes nothing else then (KIP-368). */
  readonly write: (parts: readonly Buffer[]) => void;
  /** Takes a whole frame, its length included, that answers the library's own requests. */
  readonly toLibrary: (frame: Buffer) => void;
  readonly close: () => Promise<void>;
}

/** Rejects with the cause where no connection can be made. */
export async function connect(
  clientId: string,
  host: string,
  port: number,
  access: KafkaAccess,
  intake: Intake,
): Promise<Opened> {
  if (access.tls === undefined && access.sasl === undefined) return await connectPlain(host, port, intake);
  return await connectByLibrary(clientId, host, port, await credentialsOf(access), intake);
}

function connectPlain(host: string, port: number, intake: Intake): Promise<Opened> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({
      host,
      port,
      noDelay: true,
      onread: {
        buffer: () => intake.space(),
        callback: (bytes) => {
          intake.filled(bytes);
          return true;
        },
      },
    });
    const timer = setTimeout(
      () => socket.destroy(new Error(`no answer within ${limits.connectMs} ms`)),
      limits.connectMs,
    );
    socket.once('error', reject);
    socket.once('close', () => clearTimeout(timer));
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.removeListener('error', reject);
      const close = async (): Promise<void> => {
        socket.destroy();
      };
      resolve({ socket, write: (parts) => send(socket, parts), toLibrary: () => {}, close });
    });
  });
}

async function connectByLibrary(
  clientId: string,
  host: string,
  port: number,
  credentials: Credentials,
  intake: Intake,
): Promise<Opened> {
  const { Connection } = library();
  const connection = new Connection(clientId, {
    ...credentials,
    // RFC 6066: a server's name, never its address.
    tlsServerName: isIP(host) === 0,
    connectTimeout: limits.connectMs,
  });
  // Without a listener an error would end the process; who waits for an answer is told by the socket's own events.
  connection.on('error', () => {});
  await connection.connect(host, port);
  const { socket } = connection;
  const listeners = socket.listeners('data') as ((chunk: Buffer) => void)[];
  socket.removeAllListeners('data');
  socket.on('data', (chunk: Buffer) => intake.push(chunk));
  const toLibrary = (frame: Buffer): void => {
    for (const listener of listeners) listener(frame);
  };
  const waiting: (readonly Buffer[])[] = [];
  connection.on('connect', () => {
    for (const parts of waiting.splice(0)) send(socket, parts);
  });
  const write = (parts: readonly Buffer[]): void => {
    if (connection.status === 'reauthenticating') waiting.push(parts);
    else send(socket, parts);
  };
  return { socket, write, toLibrary, close: () => connection.close().catch(() => {}) };
}

function send(socket: Socket, parts: readonly Buffer[]): void {
  socket.cork();
  for (const part of parts) socket.write(part);
  socket.uncork();
}
