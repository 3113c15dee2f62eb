/**
 * Tokens for SASL/OAUTHBEARER, from their issuer by OAuth's client credentials grant (RFC 6749, 4.4; KIP-768). One for all of a
 * thread's connections, asked for anew before its life is over: a broker lets a connection live as long as its token, and the library
 * authenticates it again at four fifths of that, which must be with a new one.
 */
import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import type { KafkaSasl } from '../../contracts/kafka-access.ts';
import { limits } from '../../contracts/limits.ts';
import { secret } from '../../secrets.ts';

type ByToken = Extract<KafkaSasl, { mechanism: 'OAUTHBEARER' }>;

interface Held {
  readonly token: Promise<string>;
  /** performance.now() from which a new one is asked for; Infinity while this one is being asked for. */
  until: number;
}

/** Less than four fifths, whatever of a second the clocks and the issuer's rounding take. */
const lifeShare = 0.7;
/** Seconds of life of a token whose issuer doesn't say: RFC 6749 leaves it open. */
const lifeSecondsDefault = 300;
/** Bytes of an issuer's answer. */
const answerBytesMax = 1 << 20;

const held = new Map<string, Held>();

/** Rejects with what the issuer says. */
export function oauthToken(sasl: ByToken): Promise<string> {
  const key = JSON.stringify(sasl);
  const known = held.get(key);
  if (known !== undefined && performance.now() < known.until) return known.token;
  const asked = ask(sasl);
  const now: Held = { token: asked.then(({ token }) => token), until: Number.POSITIVE_INFINITY };
  held.set(key, now);
  asked.then(
    ({ lifeSeconds }) => {
      now.until = performance.now() + lifeSeconds * 1_000 * lifeShare;
    },
    () => held.delete(key),
  );
  return now.token;
}

async function ask(sasl: ByToken): Promise<{ readonly token: string; readonly lifeSeconds: number }> {
  const { tokenEndpoint, clientId, clientSecret, scope, ca } = sasl;
  const form = new URLSearchParams({ grant_type: 'client_credentials', ...(scope === undefined ? {} : { scope }) });
  // RFC 6749, 2.3.1: both are form-encoded before they are joined.
  const login = [clientId, await secret(clientSecret)].map(encodeURIComponent).join(':');
  const headers = {
    authorization: `Basic ${Buffer.from(login).toString('base64')}`,
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
  };
  const { status, body } = await post(
    tokenEndpoint,
    headers,
    form.toString(),
    ca === undefined ? undefined : await secret(ca),
  );
  const answer = parsed(body);
  const token = answer['access_token'];
  if (status === 200 && typeof token === 'string' && token !== '') {
    const life = Number(answer['expires_in']);
    return { token, lifeSeconds: life > 0 ? life : lifeSecondsDefault };
  }
  const said = [answer['error'], answer['error_description']].filter((part) => typeof part === 'string').join(': ');
  const refused = `the issuer of tokens ${tokenEndpoint} refused the client ${clientId}`;
  throw new Error(`${refused}: it answered ${status}${said === '' ? '' : ` (${said})`}`);
}

/** What isn't an object of JSON says nothing. */
function parsed(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  ca: string | undefined,
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const failed = (cause: Error): void =>
      reject(new Error(`the issuer of tokens ${url} can't be reached (${cause.message})`));
    const send = url.startsWith('https:') ? requestSecure : requestPlain;
    const request = send(url, { method: 'POST', headers, ca, timeout: limits.connectMs }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > answerBytesMax) request.destroy(new Error('its answer is too long'));
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      response.on('error', failed);
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${limits.connectMs} ms`)));
    request.on('error', failed);
    request.end(body);
  });
}
