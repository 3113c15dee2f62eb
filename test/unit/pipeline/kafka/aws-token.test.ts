/** What is shown to Amazon MSK is what AWS documents: a signed request to connect, as a URL in base64url, whose signature (Signature Version 4) holds. */
import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { awsToken } from '../../../../src/pipeline/kafka/aws-token.ts';

const credentials = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  AWS_SESSION_TOKEN: 'session/token+of=the pod',
} as const;
const region = 'eu-central-1';

const former = Object.keys(credentials).map((name) => [name, process.env[name]] as const);
before(() => Object.assign(process.env, credentials));
after(() => {
  for (const [name, value] of former) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

test('a token is a signed request to connect, by the credentials of the environment', async () => {
  const token = await awsToken(region);
  assert.match(token, /^[A-Za-z0-9_-]+$/);
  const url = new URL(Buffer.from(token, 'base64url').toString());
  assert.equal(`${url.origin}${url.pathname}`, `https://kafka.${region}.amazonaws.com/`);
  const asked = Object.fromEntries(url.searchParams);
  const { 'X-Amz-Date': at = '', 'X-Amz-Signature': signature, 'User-Agent': agent, ...rest } = asked;
  const scope = `${at.slice(0, 8)}/${region}/kafka-cluster/aws4_request`;
  assert.match(at, /^\d{8}T\d{6}Z$/);
  assert.ok(agent);
  assert.deepEqual(rest, {
    Action: 'kafka-cluster:Connect',
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${credentials.AWS_ACCESS_KEY_ID}/${scope}`,
    'X-Amz-Expires': '900',
    'X-Amz-Security-Token': credentials.AWS_SESSION_TOKEN,
    'X-Amz-SignedHeaders': 'host',
  });
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html, without what isn't signed.
  const query = Object.entries({ ...rest, 'X-Amz-Date': at })
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join('&');
  const request = ['GET', '/', query, `host:${url.host}\n`, 'host', sha256('')].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', at, scope, sha256(request)].join('\n');
  const key = [at.slice(0, 8), region, 'kafka-cluster', 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${credentials.AWS_SECRET_ACCESS_KEY}`,
  );
  assert.equal(signature, hmac(key, toSign).toString('hex'));
});
