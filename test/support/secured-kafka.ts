/**
 * One broker with a listener for each way of securing it: TLS, TLS with clients' certificates, SASL PLAIN, SCRAM and OAUTHBEARER
 * over TLS, a plain one for whoever makes topics, and two whose certificates are wrong. Certificates are made for it; its tokens' issuer is
 * the caller's.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KafkaAccess } from '../../src/contracts/kafka-access.ts';
import { type EmbeddedKafka, startKafka } from '../../src/dev/kafka.ts';
import { freePort } from '../../src/dev/ports.ts';
import { Authority, type Certificate, type Wanted } from './certificates.ts';

const listeners = ['PLAINTEXT', 'TLS', 'MTLS', 'PLAIN', 'SCRAM', 'OAUTH', 'EXPIRED', 'ELSEWHERE'] as const;
type Listener = (typeof listeners)[number];
const protocols: Readonly<Record<Listener, string>> = {
  PLAINTEXT: 'PLAINTEXT',
  TLS: 'SSL',
  MTLS: 'SSL',
  PLAIN: 'SASL_SSL',
  SCRAM: 'SASL_SSL',
  OAUTH: 'SASL_SSL',
  /** Its certificate ended yesterday. */
  EXPIRED: 'SSL',
  /** Its certificate is another host's. */
  ELSEWHERE: 'SSL',
};

export interface Issuer {
  /** Where its keys are, as JWKS. */
  readonly keys: string;
  readonly issuer: string;
  readonly audience: string;
}

export interface SecuredOptions {
  readonly issuer?: Issuer;
  /** Milliseconds that a login by SCRAM-SHA-512 holds. */
  readonly reauthMs?: number;
}

export const user = { name: 'alice', password: 'a+secret/with=signs' } as const;

export class SecuredKafka {
  readonly kafka: EmbeddedKafka;
  readonly authority: Authority;
  readonly #ports: Readonly<Record<Listener, number>>;
  readonly #directory: string;

  private constructor(
    kafka: EmbeddedKafka,
    authority: Authority,
    ports: Readonly<Record<Listener, number>>,
    directory: string,
  ) {
    this.kafka = kafka;
    this.authority = authority;
    this.#ports = ports;
    this.#directory = directory;
  }

  static async start({ issuer, reauthMs }: SecuredOptions = {}): Promise<SecuredKafka> {
    const directory = await mkdtemp(join(tmpdir(), 'millrace-secured-'));
    const authority = await Authority.create();
    const ca = join(directory, 'ca.pem');
    await writeFile(ca, authority.ca);
    const stored = async (name: string, wanted: Partial<Wanted> = {}): Promise<string> => {
      const { key, cert } = await authority.sign({ commonName: 'broker', ...wanted });
      const path = join(directory, `${name}.pem`);
      await writeFile(path, `${key}\n${cert}\n`);
      return path;
    };
    const ports = Object.fromEntries(
      await Promise.all(listeners.map(async (name) => [name, await freePort()] as const)),
    ) as Record<Listener, number>;
    const controller = await freePort();
    const places = listeners.map((name) => `${name}://127.0.0.1:${ports[name]}`);
    const login = 'org.apache.kafka.common.security';
    const kafka = await startKafka({
      port: ports.PLAINTEXT,
      onProgress: () => {},
      scram: ['SCRAM-SHA-256', 'SCRAM-SHA-512'].map((m) => `${m}=[name=${user.name},password=${user.password}]`),
      ...(issuer !== undefined && { java: [`-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=${issuer.keys}`] }),
      properties: {
        'controller.quorum.voters': `1@127.0.0.1:${controller}`,
        listeners: [...places, `CONTROLLER://127.0.0.1:${controller}`].join(','),
        'advertised.listeners': places.join(','),
        'listener.security.protocol.map': [
          ...listeners.map((name) => `${name}:${protocols[name]}`),
          'CONTROLLER:PLAINTEXT',
        ].join(','),
        'inter.broker.listener.name': 'PLAINTEXT',
        'ssl.keystore.type': 'PEM',
        'ssl.keystore.location': await stored('broker'),
        'listener.name.expired.ssl.keystore.type': 'PEM',
        'listener.name.expired.ssl.keystore.location': await stored('expired', { expired: true }),
        'listener.name.elsewhere.ssl.keystore.type': 'PEM',
        'listener.name.elsewhere.ssl.keystore.location': await stored('elsewhere', { names: ['kafka.example'] }),
        'ssl.truststore.type': 'PEM',
        'ssl.truststore.location': ca,
        'listener.name.mtls.ssl.client.auth': 'required',
        'listener.name.plain.sasl.enabled.mechanisms': 'PLAIN',
        'listener.name.plain.plain.sasl.jaas.config': `${login}.plain.PlainLoginModule required user_${user.name}="${user.password}";`,
        'listener.name.scram.sasl.enabled.mechanisms': 'SCRAM-SHA-256,SCRAM-SHA-512',
        'listener.name.scram.scram-sha-256.sasl.jaas.config': `${login}.scram.ScramLoginModule required;`,
        'listener.name.scram.scram-sha-512.sasl.jaas.config': `${login}.scram.ScramLoginModule required;`,
        ...(reauthMs !== undefined && {
          'listener.name.scram.scram-sha-512.connections.max.reauth.ms': String(reauthMs),
        }),
        'listener.name.oauth.sasl.enabled.mechanisms': 'OAUTHBEARER',
        'listener.name.oauth.oauthbearer.sasl.jaas.config': `${login}.oauthbearer.OAuthBearerLoginModule required;`,
        ...(issuer !== undefined && {
          'listener.name.oauth.oauthbearer.sasl.server.callback.handler.class': `${login}.oauthbearer.OAuthBearerValidatorCallbackHandler`,
          // Kafka 4.1's own default believes every token that hasn't expired, whoever signed it.
          'listener.name.oauth.sasl.oauthbearer.jwt.validator.class': `${login}.oauthbearer.BrokerJwtValidator`,
          'listener.name.oauth.sasl.oauthbearer.jwks.endpoint.url': issuer.keys,
          'listener.name.oauth.sasl.oauthbearer.expected.issuer': issuer.issuer,
          'listener.name.oauth.sasl.oauthbearer.expected.audience': issuer.audience,
        }),
      },
    });
    return new SecuredKafka(kafka, authority, ports, directory);
  }

  /** How a listener is reached; `more`: what it asks for. */
  at(listener: Listener, more: Omit<KafkaAccess, 'bootstrap'> = {}): KafkaAccess {
    return { bootstrap: `127.0.0.1:${this.#ports[listener]}`, ...more };
  }

  /** A reference to a file with this content. */
  async file(name: string, content: string): Promise<string> {
    const path = join(this.#directory, name);
    await writeFile(path, content);
    return `file:${path}`;
  }

  /** A client's certificate, by references. */
  async client(certificate?: Certificate): Promise<{ readonly cert: string; readonly key: string }> {
    const { cert, key } = certificate ?? (await this.authority.sign({ commonName: user.name }));
    const name = `client-${crypto.randomUUID()}`;
    return { cert: await this.file(`${name}.pem`, cert), key: await this.file(`${name}.key`, key) };
  }

  async close(): Promise<void> {
    await this.kafka.close();
    await rm(this.#directory, { recursive: true });
  }
}
