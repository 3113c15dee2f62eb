/**
 * Why Temporal can't be reached, where that is a matter of TLS or of the key: gRPC tells no more than that there was no connection, so that one
 * is made by hand, once, to hear who refuses whom.
 */
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { tlsRefusal } from '../tls-refusal.ts';
import type { Credentials } from './credentials.ts';

/** Milliseconds for a connection, and for a server's word on the certificate that it was shown, which may come after the handshake. */
const connectMsMax = 4_000;
const wordMsMax = 1_000;
/** gRPC's UNAUTHENTICATED. */
const unauthenticated = 16;

export async function refusalOf(error: unknown, address: string, credentials: Credentials): Promise<string> {
  const said = error instanceof Error ? error.message : String(error);
  if ((error as { readonly code?: unknown }).code === unauthenticated)
    return `the server refused the caller (${said}): temporal.apiKey, or the certificate, says who that is`;
  return (await tlsRefusalOf(address, credentials)) ?? said;
}

/** Null where TLS is not what is the matter. */
function tlsRefusalOf(address: string, { tls }: Credentials): Promise<string | null> {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[|\]$/g, '');
  const name = tls?.serverNameOverride ?? host;
  const { crt, key } = tls?.clientCertPair ?? {};
  const sides = { server: 'the server', ca: 'temporal.tls.ca', cert: 'temporal.tls.cert', shown: crt !== undefined };
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port: Number(address.slice(colon + 1)),
      ALPNProtocols: ['h2'],
      rejectUnauthorized: tls !== undefined,
      ...(isIP(name) === 0 ? { servername: name } : {}),
      ...(tls?.serverRootCACertificate === undefined ? {} : { ca: Buffer.from(tls.serverRootCACertificate) }),
      ...(crt === undefined || key === undefined ? {} : { cert: Buffer.from(crt), key: Buffer.from(key) }),
    });
    const end = (why: string | null): void => {
      socket.destroy();
      resolve(why);
    };
    socket.setTimeout(connectMsMax, () => end(null));
    socket.once('error', (error) => end(tls === undefined ? null : tlsRefusal(error, sides)));
    socket.once('close', () => end(null));
    socket.once('secureConnect', () => {
      if (tls === undefined) return end('the server speaks TLS, and temporal.tls is not set');
      socket.setTimeout(wordMsMax, () => end(null));
      const what = sides.shown ? `the certificate of ${sides.cert}` : 'no certificate';
      socket.prependOnceListener('close', () => end(`the server ended the connection when it was shown ${what}`));
    });
    // What isn't read is not heard of: neither are alerts.
    socket.resume();
  });
}
