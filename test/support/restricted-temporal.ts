/**
 * A Temporal server whose key may not do everything, as Temporal Cloud's: each call goes through to a real one, but for those that are named,
 * which are refused with a gRPC code. Real HTTP/2 on loopback, for whatever client.
 */
import { once } from 'node:events';
import { type ClientHttp2Session, connect, createServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';

export interface RestrictedTemporal {
  /** `host:port`. */
  readonly address: string;
  close(): Promise<void>;
}

/** `refused`: method → gRPC code. */
export async function restrictedTemporal(
  address: string,
  refused: Readonly<Record<string, number>>,
): Promise<RestrictedTemporal> {
  const sessions = new Map<ServerHttp2Session, ClientHttp2Session>();
  const server = createServer();
  server.on('session', (session) => {
    const behind = connect(`http://${address}`);
    behind.on('error', () => session.destroy());
    session.on('error', () => {});
    session.on('close', () => {
      sessions.delete(session);
      behind.destroy();
    });
    sessions.set(session, behind);
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    const code = refused[String(headers[':path']).split('/').at(-1) ?? ''];
    if (code !== undefined) {
      const answer = {
        'content-type': 'application/grpc',
        'grpc-status': code,
        'grpc-message': 'Request unauthorized.',
      };
      stream.respond({ ':status': 200, ...answer }, { endStream: true });
      return;
    }
    const behind = stream.session === undefined ? undefined : sessions.get(stream.session as ServerHttp2Session);
    if (behind === undefined) {
      stream.destroy();
      return;
    }
    const onward = behind.request(headers);
    stream.pipe(onward);
    onward.on('error', () => stream.destroy());
    stream.on('close', () => onward.destroy());
    onward.on('response', (answered, flags) => {
      if (stream.destroyed) return;
      const endStream = (flags & endStreamFlag) !== 0;
      stream.respond(answered, endStream ? { endStream } : { waitForTrailers: true });
      if (!endStream) onward.pipe(stream);
    });
    let trailers = {};
    onward.on('trailers', (told) => {
      trailers = told;
    });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    for (const session of sessions.keys()) session.destroy();
    await new Promise((done) => server.close(done));
  };
  return { address: `127.0.0.1:${port}`, close };
}

const endStreamFlag = 0x1;
