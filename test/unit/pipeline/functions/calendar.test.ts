/** The calendar against JavaScript's Date, and the texts of dates and times. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  addMonths,
  civil,
  dayIn,
  dayOfTimestamp,
  daysOf,
  formatDate,
  formatTime,
  formatTimestamp,
  isoTimestamp,
  monthIn,
  parseDate,
  parseTime,
  parseTimestamp,
  timeOfTimestamp,
  timestampOf,
  yearIn,
} from '../../../../src/pipeline/sql/functions/calendar.ts';

test('every date that Date knows has the same year, month and day', () => {
  fc.assert(
    fc.property(fc.integer({ min: -100_000_000, max: 100_000_000 }), (days) => {
      const date = new Date(days * 86_400_000);
      const found = civil(days);
      assert.deepEqual(
        [yearIn(found), monthIn(found), dayIn(found)],
        [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()],
      );
      assert.equal(daysOf(yearIn(found), monthIn(found), dayIn(found)), days);
    }),
  );
});

test('every day of 400 years follows the one before', () => {
  for (let days = daysOf(1900, 1, 1); days < daysOf(2301, 1, 1); days++) {
    const found = civil(days);
    assert.equal(daysOf(yearIn(found), monthIn(found), dayIn(found)), days);
    assert.equal(parseDate(formatDate(days)), days);
  }
});

test('a timestamp is its day and its time of day, at every precision and before 1970', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.constantFrom(3, 6, 9), (v, precision) => {
      const held = Number.isSafeInteger(Number(v)) ? Number(v) : v;
      const time = timeOfTimestamp(held, precision);
      assert.ok(time >= 0 && time < 86_400 * 10 ** precision);
      assert.equal(timestampOf(dayOfTimestamp(held, precision), time, precision), held);
    }),
  );
});

test('timestamps beyond 64 bits are none', () => {
  const day = dayOfTimestamp(2n ** 63n - 1n, 9);
  assert.equal(timestampOf(day, 85_636_854_775_807, 9), 2n ** 63n - 1n);
  assert.equal(timestampOf(day, 85_636_854_775_808, 9), undefined);
  assert.equal(timestampOf(day + 1, 0, 9), undefined);
  assert.equal(timestampOf(1e300, 0, 3), undefined);
  assert.equal(parseTimestamp('2262-04-11 23:47:16.854775807', 9), 2n ** 63n - 1n);
  assert.equal(parseTimestamp('2262-04-11 23:47:16.854775808', 9), undefined);
  assert.equal(parseTimestamp('1677-09-21 00:12:43.145224192', 9), -(2n ** 63n));
  assert.equal(parseTimestamp('1677-09-21 00:12:43.145224191', 9), undefined);
});

test('texts of timestamps are what Date reads and writes', () => {
  fc.assert(
    fc.property(fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 }), (ms) => {
      const iso = new Date(ms).toISOString();
      assert.equal(isoTimestamp(ms, 3, true), iso);
      assert.equal(isoTimestamp(ms, 3, false), iso.slice(0, -1));
      assert.equal(formatTimestamp(ms, 3), iso.slice(0, -1).replace('T', ' '));
      assert.equal(parseTimestamp(iso, 3), ms);
      assert.equal(parseTimestamp(formatTimestamp(ms, 3), 3), ms);
    }),
  );
});

test('dates are read in their form alone, and only where they exist', () => {
  assert.equal(parseDate('1970-01-01'), 0);
  assert.equal(parseDate(' 1969-12-31 '), -1);
  assert.equal(parseDate('2024-2-29'), 19_782);
  assert.equal(parseDate('2000-02-29'), 11_016);
  assert.equal(parseDate('+10000-01-01'), 2_932_897);
  assert.equal(formatDate(2_932_897), '+10000-01-01');
  assert.equal(formatDate(parseDate('-0001-12-31')!), '-0001-12-31');
  for (const text of [
    '',
    '2023-02-29',
    '1900-02-29',
    '2026-13-01',
    '2026-00-01',
    '2026-01-00',
    '2026-04-31',
    '2026-01',
    '26-01-01',
    '20260101',
    '2026-01-01x',
    '2026-01-01 10:00',
    '2026 -01-01',
    '12026-01-01',
    '+99999999-01-01',
    '２０２６-01-01',
  ])
    assert.equal(parseDate(text), undefined, text);
});

test('times are read to their precision, and only where they exist', () => {
  assert.equal(parseTime('00:00', 3), 0);
  assert.equal(parseTime('23:59:59.999', 3), 86_399_999);
  assert.equal(parseTime('1:02:03.5', 6), 3_723_500_000);
  assert.equal(parseTime('00:00:00.123456789', 3), 123);
  assert.equal(parseTime('00:00:00.1234567891234567', 6), 123_456);
  for (const text of ['', '24:00', '12:60', '12:00:60', '12', '12:00:00.', '12:00:', '-1:00', '12:00Z', '12:00:00,5'])
    assert.equal(parseTime(text, 3), undefined, text);
  assert.equal(formatTime(86_399_999, 3), '23:59:59.999');
  assert.equal(formatTime(1, 6), '00:00:00.000001');
});

test('timestamps have a date, and may have a time and an offset', () => {
  const noon = 1_769_860_800_000;
  for (const text of [
    '2026-01-31 12:00',
    '2026-01-31  12:00:00',
    '2026-01-31T12:00:00.000Z',
    '2026-01-31t12:00:00z',
    '2026-01-31 14:00:00+02',
    '2026-01-31 14:00:00 +02:00',
    '2026-01-31 06:30:00-0530',
    ' 2026-01-31 12:00:00.0009 ',
  ])
    assert.equal(parseTimestamp(text, 3), noon, text);
  assert.equal(parseTimestamp('2026-01-31', 3), noon - 43_200_000);
  assert.equal(parseTimestamp('1969-12-31 23:59:59.999999999', 9), -1);
  assert.equal(formatTimestamp(-1, 9), '1969-12-31 23:59:59.999999999');
  assert.equal(parseTimestamp('2026-01-31 12:00', 9), 1_769_860_800_000_000_000n);
  for (const text of [
    '2026-01-31x12:00',
    '2026-01-3112:00',
    '2026-01-31T',
    '2026-01-31 12:00+2',
    '2026-01-31 12:00+24:00',
    '2026-01-31 12:00 UTC',
    '2026-02-30 12:00',
    '2026-01-31Z',
  ])
    assert.equal(parseTimestamp(text, 3), undefined, text);
});

test('a month later is the same day, or the last that the month has', () => {
  const after = (text: string, n: number): string => formatDate(addMonths(parseDate(text)!, n));
  assert.equal(after('2026-01-31', 1), '2026-02-28');
  assert.equal(after('2024-01-31', 1), '2024-02-29');
  assert.equal(after('2024-03-31', -1), '2024-02-29');
  assert.equal(after('2024-02-29', 12), '2025-02-28');
  assert.equal(after('2026-12-15', 1), '2027-01-15');
  assert.equal(after('1970-01-01', -1), '1969-12-01');
});
