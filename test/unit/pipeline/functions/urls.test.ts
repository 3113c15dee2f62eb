/** Parts of URLs are pieces of their text, as java.net.URL and RFC 3986 cut it; encodings are those of HTML forms. */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { RecordError } from '../../../../src/pipeline/ports.ts';
import { urls } from '../../../../src/pipeline/sql/functions/urls.ts';
import { callsOf } from './call.ts';

const { call, unknown } = callsOf(urls);
const whole = 'https://user:pass@Example.org:8443/a%20b/c.html?q=1&r=x%20y&q=2&flag#top?not&query';

test('PARSE_URL gives each part as it is written', () => {
  const expected = {
    PROTOCOL: 'https',
    AUTHORITY: 'user:pass@Example.org:8443',
    USERINFO: 'user:pass',
    HOST: 'Example.org',
    PATH: '/a%20b/c.html',
    QUERY: 'q=1&r=x%20y&q=2&flag',
    FILE: '/a%20b/c.html?q=1&r=x%20y&q=2&flag',
    REF: 'top?not&query',
  };
  for (const [part, value] of Object.entries(expected)) {
    assert.equal(call('PARSE_URL', [whole, part]), value, part);
    assert.equal(unknown('PARSE_URL', [whole, part]), value, part);
  }
});

test('PARSE_URL with a key gives the first value of that key in the query, and nothing of another part', () => {
  assert.equal(call('PARSE_URL', [whole, 'QUERY', 'q']), '1');
  assert.equal(call('PARSE_URL', [whole, 'QUERY', 'r']), 'x%20y');
  for (const key of ['flag', 'Q', 'missing', '', '1'])
    assert.equal(call('PARSE_URL', [whole, 'QUERY', key]), null, key);
  assert.equal(call('PARSE_URL', [whole, 'PATH', 'q']), null);
  assert.equal(call('PARSE_URL', [whole, 'FILE', 'r']), null);
  assert.equal(call('PARSE_URL', ['http://h/?q=', 'QUERY', 'q']), '');
  assert.equal(call('PARSE_URL', ['http://h/', 'QUERY', 'q']), null);
});

test('a part that does not exist is an error, whether it is a literal or not', () => {
  assert.throws(() => call('PARSE_URL', [whole, 'host']), /no part 'host'.*HOST/);
  assert.throws(() => unknown('PARSE_URL', [whole, 'toString']), RecordError);
});

test('text that is no URL has no parts', () => {
  for (const text of ['', 'example.org/path', '//example.org', '1http://a', ':', 'a b:c'])
    for (const name of ['URL_HOST', 'URL_PATH', 'URL_PORT']) assert.equal(call(name, [text]), null, text);
});

test('hosts and ports are told apart, with users, without, and for IPv6', () => {
  const cases: readonly (readonly [string, string | null, number | null])[] = [
    ['http://example.org', 'example.org', null],
    ['http://example.org:', 'example.org', null],
    ['http://example.org:0', 'example.org', 0],
    ['http://example.org:65536', 'example.org', null],
    ['http://example.org:8a', 'example.org', null],
    ['http://a@b@example.org:1/', 'example.org', 1],
    ['http://[2001:db8::1]/', '2001:db8::1', null],
    ['http://u:p@[2001:db8::1]:8080?x', '2001:db8::1', 8080],
    ['http:///path', null, null],
    ['http://:80/', null, 80],
    ['mailto:someone@example.org', null, null],
  ];
  for (const [url, host, port] of cases) {
    assert.equal(call('URL_HOST', [url]), host, url);
    assert.equal(call('URL_PORT', [url]), port, url);
  }
  assert.equal(call('PARSE_URL', ['http://[::1]:80/', 'HOST']), '[::1]');
});

test('a query parameter is decoded, its name too', () => {
  assert.equal(call('URL_QUERY_PARAMETER', ['http://h?a%20b=c%2Bd+e&x=%zz', 'a b']), 'c+d e');
  assert.equal(call('URL_QUERY_PARAMETER', ['http://h?a%20b=c&x=%zz', 'x']), null);
  assert.equal(call('URL_QUERY_PARAMETER', ['http://h?a==b', 'a']), '=b');
  assert.equal(call('URL_QUERY_PARAMETER', ['http://h#?a=1', 'a']), null);
});

test('what was encoded is decoded to the same text, and has only the letters of a form', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const encoded = call('URL_ENCODE', [text]) as string;
      assert.match(encoded, /^[A-Za-z0-9.*_+%-]*$/);
      assert.equal(call('URL_DECODE', [encoded]), text);
      assert.equal(encoded, new URLSearchParams([['', text]]).toString().slice(1));
    }),
  );
});

test('URL_ENCODE leaves letters, digits and four signs as they are, and makes a space a plus', () => {
  assert.equal(call('URL_ENCODE', ["aZ09*-._ ~!'()%+"]), 'aZ09*-._+%7E%21%27%28%29%25%2B');
});

test('URL_ENCODE takes half a surrogate pair as U+FFFD, and URL_DECODE refuses what is not UTF-8', () => {
  assert.equal(call('URL_ENCODE', ['\ud800']), '%EF%BF%BD');
  for (const text of ['%', '%4', '%G0', '%FF', '%C3']) assert.equal(call('URL_DECODE', [text]), null, text);
});
