/**
 * Why a connection to a broker didn't come about, or ended: in words that tell which side refused what, and what to look at. A plain network
 * error keeps its own words.
 */
import type { KafkaAccess } from '../../contracts/kafka-access.ts';
import { causes, inShort, tlsRefusal } from '../../tls-refusal.ts';

/** `e`: what was thrown, or what a socket was ended by. */
export function refusal(e: unknown, access: KafkaAccess): string {
  const shown = access.tls?.cert !== undefined;
  const ofTls = tlsRefusal(e, { server: 'the broker', ca: 'tls.ca', cert: 'tls.cert', shown });
  if (ofTls !== null) return ofTls;
  const chain = causes(e);
  const innermost = inShort(chain.at(-1)?.message ?? String(e));
  // What to show could not be had: the broker has refused nothing.
  if (chain.some((c) => /provider threw an error/.test(c.message))) return innermost;
  if (chain.some((c) => c.name === 'AuthenticationError' || /SASL/.test(c.message)))
    return `the broker refused the login${loginOf(access)}: ${innermost}`;
  const code = chain.map((c) => (c as NodeJS.ErrnoException).code).find((c) => c !== undefined) ?? '';
  return code !== '' && innermost === '' ? code : innermost;
}

function loginOf({ sasl }: KafkaAccess): string {
  if (sasl === undefined) return '';
  if ('username' in sasl) return ` of ${sasl.username} by ${sasl.mechanism}`;
  return 'clientId' in sasl ? ` of ${sasl.clientId} by ${sasl.mechanism}` : ` by ${sasl.mechanism}`;
}
