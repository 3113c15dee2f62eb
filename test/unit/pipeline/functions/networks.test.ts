/** Addresses are read strictly and written canonically, networks hold what they should, and Node agrees. */
import assert from 'node:assert/strict';
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import test from 'node:test';
import fc from 'fast-check';
import { RecordError } from '../../../../src/pipeline/ports.ts';
import { networks } from '../../../../src/pipeline/sql/functions/networks.ts';
import { callsOf } from './call.ts';

const { call, unknown } = callsOf(networks);

/** Texts that are addresses or nearly so. */
const nearly = fc.oneof(
  fc.ipV4(),
  fc.ipV4Extended(),
  fc.ipV6(),
  fc.string({ unit: fc.constantFrom('0', '1', '25', ':', '::', '.', 'f', '1.2.3.4', 'fFfF', 'g'), maxLength: 12 }),
);

test('what counts as an address is what Node counts', () => {
  fc.assert(
    fc.property(nearly, (text) => {
      assert.equal(call('IS_IPV4', [text]), isIPv4(text));
      assert.equal(call('IS_IPV6', [text]), isIPv6(text));
    }),
    { numRuns: 5000 },
  );
});

test('addresses with leading zeros, zones, spaces, brackets or too few parts are none', () => {
  const wrong = ['', '1.2.3', '1.2.3.4.5', '01.2.3.4', '1.2.3.256', ' 1.2.3.4', '1.2.3.4 ', '1..2.3', '0x1.2.3.4'];
  wrong.push('::%eth0', '[::1]', ':', ':::', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7::8', '1:');
  wrong.push('12345::', '::1.2.3', '::1.2.3.4:5', '1:2:3:4:5:6:7:1.2.3.4', '::g', '1:2:3:4:5:6:7:8::');
  for (const text of wrong) {
    assert.equal(call('IP_VERSION', [text]), null, text);
    assert.equal(call('IP_TO_BYTES', [text]), null, text);
    assert.equal(call('IP_IS_PRIVATE', [text]), null, text);
  }
});

test("the canonical form is RFC 5952's, and is its own", () => {
  const cases: readonly (readonly [string, string])[] = [
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:DB8::0:1', '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['::ffff:0102:0304', '::ffff:1.2.3.4'],
    ['::1.2.3.4', '::102:304'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
    ['1.2.3.4', '1.2.3.4'],
  ];
  for (const [text, canonical] of cases) {
    assert.equal(call('IP_CANONICAL', [text]), canonical);
    assert.equal(call('IP_CANONICAL', [canonical]), canonical);
  }
});

test('bytes and texts of an address say the same', () => {
  fc.assert(
    fc.property(fc.constantFrom(4, 16), fc.uint8Array({ minLength: 16, maxLength: 16 }), (length, octets) => {
      const bytes = Buffer.from(octets.subarray(0, length));
      const text = call('BYTES_TO_IP', [bytes]) as string;
      assert.deepEqual(call('IP_TO_BYTES', [text]), bytes);
      assert.equal(call('IP_VERSION', [text]), length === 4 ? 4 : 6);
      if (length === 4) assert.equal(call('INT_TO_IPV4', [call('IPV4_TO_INT', [text])]), text);
    }),
  );
  for (const length of [0, 3, 5, 17]) assert.equal(call('BYTES_TO_IP', [Buffer.alloc(length)]), null);
  for (const number of [-1, 4294967296, 2n ** 62n]) assert.equal(call('INT_TO_IPV4', [number]), null);
  assert.equal(call('IPV4_TO_INT', ['255.255.255.255']), 4294967295);
  assert.equal(call('IPV4_TO_INT', ['::1']), null);
});

test('a network contains the addresses that Node says it does', () => {
  const near = fc.tuple(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.nat(127), fc.nat(128), fc.boolean());
  fc.assert(
    fc.property(near, ([octets, bit, prefix, short]) => {
      const length = short ? 4 : 16;
      const [base, other] = [Buffer.from(octets.subarray(0, length)), Buffer.from(octets.subarray(0, length))];
      other[(bit >> 3) % length]! ^= 1 << (bit & 7);
      const bits = prefix % (length * 8 + 1);
      const [from, ip] = [call('BYTES_TO_IP', [base]) as string, call('BYTES_TO_IP', [other]) as string];
      const list = new BlockList();
      list.addSubnet(from, bits, short ? 'ipv4' : 'ipv6');
      const cidr = `${from}/${bits}`;
      const expected = list.check(ip, short ? 'ipv4' : 'ipv6');
      assert.equal(call('CIDR_CONTAINS', [cidr, ip]), expected, `${cidr} ${ip}`);
      assert.equal(unknown('CIDR_CONTAINS', [cidr, ip]), expected);
      for (const end of ['CIDR_MIN', 'CIDR_MAX'])
        assert.equal(call('CIDR_CONTAINS', [cidr, call(end, [cidr])]), true, `${end} of ${cidr}`);
      assert.equal(call('CIDR_PREFIX_LENGTH', [cidr]), bits);
    }),
    { numRuns: 2000 },
  );
});

test('mapped addresses count as the IPv4 ones they map, and no other address is in a network of the other version', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['10.0.0.0/8', '::ffff:11.1.2.3', false],
    ['10.0.0.0/8', '::10.1.2.3', false],
    ['::ffff:10.0.0.0/104', '10.1.2.3', true],
    ['::ffff:10.0.0.0/104', '11.1.2.3', false],
    ['::ffff:0:0/96', '255.255.255.255', true],
    ['::ffff:10.0.0.0/104', '::ffff:10.1.2.3', true],
    ['::/0', '1.2.3.4', false],
    ['::fffe:0:0/95', '1.2.3.4', false],
    ['::fffe:0:0/95', '::ffff:1.2.3.4', true],
    ['::/0', '::ffff:1.2.3.4', true],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['0.0.0.0/0', '::1', false],
    ['192.0.2.1/32', '192.0.2.1', true],
    ['192.0.2.77/24', '192.0.2.200', true],
  ];
  for (const [cidr, ip, expected] of cases)
    assert.equal(call('CIDR_CONTAINS', [cidr, ip]), expected, `${cidr} contains ${ip}`);
});

test('a literal that is no network is an error of the query, a text that is none makes NULL', () => {
  for (const cidr of [
    '10.0.0.0',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/08',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10.0.0/8',
    '/8',
  ]) {
    assert.throws(() => call('CIDR_CONTAINS', [cidr, '10.0.0.1']), RecordError, cidr);
    assert.equal(unknown('CIDR_CONTAINS', [cidr, '10.0.0.1']), null, cidr);
    for (const name of ['CIDR_MIN', 'CIDR_MAX', 'CIDR_PREFIX_LENGTH']) assert.equal(call(name, [cidr]), null, cidr);
  }
});

test('private addresses are those of RFC 1918 and RFC 4193, loopback and link-local', () => {
  const own = ['10.255.255.255', '172.16.0.0', '172.31.255.255', '192.168.1.1', '127.0.0.1', '169.254.1.1'];
  own.push('::1', 'fd00::1', 'fc00::', 'fe80::1', 'febf::1', '::ffff:192.168.1.1');
  const others = [
    '11.0.0.0',
    '172.32.0.0',
    '172.15.255.255',
    '192.169.0.0',
    '8.8.8.8',
    '::2',
    '::',
    'fec0::',
    '2001:db8::1',
  ];
  for (const ip of own) assert.equal(call('IP_IS_PRIVATE', [ip]), true, ip);
  for (const ip of [...others, '::ffff:8.8.8.8']) assert.equal(call('IP_IS_PRIVATE', [ip]), false, ip);
});
