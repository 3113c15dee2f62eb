/** An issuer of OAuth tokens on loopback (oidc-provider): client credentials, and tokens that are signed JWTs for one audience. */
import { webcrypto } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import Provider, { type AdapterFactory } from 'oidc-provider';
import { freePort } from '../../src/dev/ports.ts';
import type { Issuer } from './secured-kafka.ts';

const audience = 'urn:kafka';

export const tokenClient = { id: 'millrace', secret: 'the secret of the client' } as const;

/** Where it would keep what it gives: signed tokens need no place. */
const nowhere: AdapterFactory = () => {
  const nothing = async (): Promise<undefined> => undefined;
  return {
    upsert: nothing,
    find: nothing,
    findByUserCode: nothing,
    findByUid: nothing,
    consume: nothing,
    destroy: nothing,
    revokeByGrantId: nothing,
  };
};

export class TokenIssuer implements Issuer {
  readonly issuer: string;
  readonly audience = audience;
  /** Tokens that were given. */
  given = 0;
  readonly #server: Server;

  private constructor(server: Server, issuer: string) {
    this.#server = server;
    this.issuer = issuer;
  }

  get keys(): string {
    return `${this.issuer}/jwks`;
  }
  get tokenEndpoint(): string {
    return `${this.issuer}/token`;
  }

  /** `lifeSeconds`: of its tokens. */
  static async start(lifeSeconds: number): Promise<TokenIssuer> {
    const issuer = `http://127.0.0.1:${await freePort()}`;
    const provider = new Provider(issuer, {
      adapter: nowhere,
      jwks: { keys: [await signingKey()] },
      clients: [
        {
          client_id: tokenClient.id,
          client_secret: tokenClient.secret,
          grant_types: ['client_credentials'],
          redirect_uris: [],
          response_types: [],
        },
      ],
      ttl: { ClientCredentials: lifeSeconds },
      features: {
        clientCredentials: { enabled: true },
        devInteractions: { enabled: false },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => audience,
          getResourceServerInfo: () => ({
            audience,
            scope: 'kafka',
            accessTokenTTL: lifeSeconds,
            accessTokenFormat: 'jwt',
          }),
        },
      },
    });
    const server = createServer(provider.callback());
    const own = new TokenIssuer(server, issuer);
    provider.on('client_credentials.issued', () => {
      own.given++;
    });
    await new Promise<void>((done) => server.listen(Number(new URL(issuer).port), '127.0.0.1', done));
    return own;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }
}

/** Each issuer's own: what one signs, another's keys refuse. */
async function signingKey(): Promise<webcrypto.JsonWebKey & { readonly kid: string }> {
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    modulusLength: 2_048,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: 'SHA-256',
  };
  const { privateKey } = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  // Without what it may be used for, which is published too, and would keep others from verifying by it.
  const { key_ops: _, ...key } = await webcrypto.subtle.exportKey('jwk', privateKey);
  return { ...key, use: 'sig', kid: 'key' };
}
