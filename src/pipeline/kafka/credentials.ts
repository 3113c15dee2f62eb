/**
 * What a cluster's access asks the library to show to brokers: certificates, passwords, tokens. Owns reading what the access
 * refers to, anew for each connection, so that a secret that was exchanged holds from the next connection on.
 */
import type { ConnectionOptions } from '@platformatic/kafka';
import type { KafkaAccess, KafkaSasl, KafkaTls } from '../../contracts/kafka-access.ts';
import { secret } from '../../secrets.ts';
import { awsToken } from './aws-token.ts';
import { oauthToken } from './oauth-token.ts';

export type Credentials = Pick<ConnectionOptions, 'tls' | 'sasl'>;

/** Rejects with what can't be read, or what an issuer of tokens says; never with the secret. */
export async function credentialsOf({ tls, sasl }: KafkaAccess): Promise<Credentials> {
  return {
    ...(tls === undefined ? {} : { tls: await tlsOptions(tls) }),
    ...(sasl === undefined ? {} : { sasl: await saslOptions(sasl) }),
  };
}

async function tlsOptions({ ca, cert, key, keyPassword }: KafkaTls): Promise<NonNullable<Credentials['tls']>> {
  return {
    ...(ca === undefined ? {} : { ca: await secret(ca) }),
    ...(cert === undefined ? {} : { cert: await secret(cert) }),
    ...(key === undefined ? {} : { key: await secret(key) }),
    ...(keyPassword === undefined ? {} : { passphrase: await secret(keyPassword) }),
  };
}

async function saslOptions(sasl: KafkaSasl): Promise<NonNullable<Credentials['sasl']>> {
  switch (sasl.mechanism) {
    case 'OAUTHBEARER': {
      const { extensions } = sasl;
      const token = (): Promise<string> => oauthToken(sasl);
      return {
        mechanism: 'OAUTHBEARER',
        token,
        ...(extensions === undefined ? {} : { oauthBearerExtensions: extensions }),
      };
    }
    case 'AWS_MSK_IAM':
      return { mechanism: 'OAUTHBEARER', token: () => awsToken(sasl.region) };
    default: {
      const { mechanism, username, password } = sasl;
      // Asked for again when the library authenticates again.
      return { mechanism, username, password: () => secret(password) };
    }
  }
}
