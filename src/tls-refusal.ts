/** Which side of a TLS connection refused the other, and what: from the errors of Node's TLS, whose words differ by who found what. */

/** How the two sides are called, and the settings to look at. */
export interface TlsSides {
  /** As in "the broker". */
  readonly server: string;
  readonly ca: string;
  readonly cert: string;
  /** Whether a certificate was shown. */
  readonly shown: boolean;
}

/** Node's codes for a server's certificate that it doesn't trust. */
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

/** Null where TLS isn't what failed. */
export function tlsRefusal(error: unknown, { server, ca, cert, shown }: TlsSides): string | null {
  const chain = causes(error);
  const innermost = inShort(chain.at(-1)?.message ?? String(error));
  const codes = chain.map((c) => (c as NodeJS.ErrnoException).code ?? '');
  if (codes.some((c) => distrust.has(c)))
    return `Millrace refused ${server}'s certificate: ${innermost}; ${ca} names who signs it`;
  if (codes.some((c) => /^ERR_SSL_.*ALERT/.test(c))) {
    const what = shown ? `the one of ${cert}` : `no certificate, and ${cert} names one`;
    return `${server} refused the client's certificate (${innermost}): it was shown ${what}`;
  }
  if (codes.some((c) => c.startsWith('ERR_SSL_')) || chain.some(({ message }) => /TLS handshake failed/.test(message)))
    return `there is no TLS between them (${innermost}): the listener may be a plain one, or of another version`;
  return null;
}

/** OpenSSL's errors are several fields with colons between them, of which one says what is the matter. */
export const inShort = (message: string): string =>
  /:error:[^:]*:[^:]*:[^:]*:([^:]*):/.exec(message)?.[1] ?? message.trim();

/** An error and what it was caused by, of several the first. */
export function causes(e: unknown): Error[] {
  const chain: Error[] = [];
  for (let at = e; at instanceof Error && chain.length < depthMax; ) {
    chain.push(at);
    const several = (at as AggregateError).errors as readonly unknown[] | undefined;
    at = at.cause ?? several?.[0];
  }
  return chain;
}
