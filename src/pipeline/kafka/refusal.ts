/**
 * Why a connection didn't come about, or ended: in words that tell which side refused what, and what to look at. Owns reading
 * the errors of Node's TLS and of the library; a plain network error keeps its own words.
 */
import type { KafkaAccess } from '../../contracts/kafka-access.ts';

/** Node's codes for a broker's certificate that it doesn't trust. */
const distrust: ReadonlySet<string> = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);
/** Errors within errors that are looked at. */
const depthMax = 8;

/** `e`: what was thrown, or what a socket was ended by. */
export function refusal(e: unknown, access: KafkaAccess): string {
  const chain = causes(e);
  const innermost = inShort(chain.at(-1)?.message ?? String(e));
  const code = chain.map((c) => (c as NodeJS.ErrnoException).code).find((c) => c !== undefined) ?? '';
  const codes = chain.map((c) => (c as NodeJS.ErrnoException).code ?? '');
  if (codes.some((c) => distrust.has(c)))
    return `Millrace refused the broker's certificate: ${innermost}; tls.ca names who signs the brokers' certificates`;
  if (codes.some((c) => /^ERR_SSL_.*ALERT/.test(c))) {
    const shown =
      access.tls?.cert === undefined ? 'no certificate, and tls.cert and tls.key name one' : 'the one of tls.cert';
    return `the broker refused the client's certificate (${innermost}): it was shown ${shown}`;
  }
  if (codes.some((c) => c.startsWith('ERR_SSL_')) || /TLS handshake failed/.test(chain.map((c) => c.message).join()))
    return `there is no TLS between them (${innermost}): the listener may be a plain one, or of another version`;
  if (chain.some((c) => c.name === 'AuthenticationError' || /SASL/.test(c.message)))
    return `the broker refused the login${loginOf(access)}: ${innermost}`;
  return code !== '' && innermost === '' ? code : innermost;
}

/** OpenSSL's errors are several fields with colons between them, of which one says what is the matter. */
const inShort = (message: string): string => /:error:[^:]*:[^:]*:[^:]*:([^:]*):/.exec(message)?.[1] ?? message.trim();

function loginOf({ sasl }: KafkaAccess): string {
  if (sasl === undefined) return '';
  if ('username' in sasl) return ` of ${sasl.username} by ${sasl.mechanism}`;
  return 'clientId' in sasl ? ` of ${sasl.clientId} by ${sasl.mechanism}` : ` by ${sasl.mechanism}`;
}

/** An error and what it was caused by, of several the first. */
function causes(e: unknown): Error[] {
  const chain: Error[] = [];
  for (let at = e; at instanceof Error && chain.length < depthMax; ) {
    chain.push(at);
    const several = (at as AggregateError).errors as readonly unknown[] | undefined;
    at = at.cause ?? several?.[0];
  }
  return chain;
}
