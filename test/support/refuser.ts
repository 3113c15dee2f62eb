/** A server of gRPC that refuses whatever it is asked, as Temporal does whose key has expired. */
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';

export interface Refuser {
  readonly port: number;
  close(): void;
}

const PERMISSION_DENIED = '7';

export async function openRefuser(): Promise<Refuser> {
  const sessions = new Set<{ destroy(): void }>();
  const server = createServer();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => {});
    session.on('close', () => sessions.delete(session));
  });
  server.on('stream', (stream) => {
    stream.on('error', () => {});
    const refused = { 'grpc-status': PERMISSION_DENIED, 'grpc-message': 'Request unauthorized.' };
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...refused }, { endStream: true });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      for (const session of sessions) session.destroy();
      server.close();
    },
  };
}
