import type { z } from 'zod';
import { choice, decimalNumber, durationMs, flag, list, url, wholeNumber } from './variables.js';

const hosts = list({ what: 'hosts', pattern: /^[a-z]+$/ });

describe('variables', () => {
  it.each<[string, z.ZodType, string, unknown]>([
    ['wholeNumber', wholeNumber({ min: 0, max: 10 }), ' 7 ', 7],
    ['wholeNumber', wholeNumber({ min: -5, max: 10 }), '-5', -5],
    ['decimalNumber', decimalNumber({ min: 0, max: 1 }), '0.25', 0.25],
    ['durationMs', durationMs({ min: 0, max: 60_000 }), '1500', 1_500],
    ['durationMs', durationMs({ min: 0, max: 60_000 }), '500ms', 500],
    ['durationMs', durationMs({ min: 0, max: 60_000 }), '10s', 10_000],
    ['durationMs', durationMs({ min: 0, max: 3_600_000 }), '1h', 3_600_000],
    ['flag', flag(), 'true', true],
    ['flag', flag(), 'false', false],
    ['choice', choice(['a', 'b']), 'b', 'b'],
    ['url', url(['http:']), 'http://127.0.0.1:4318', 'http://127.0.0.1:4318'],
    ['list', hosts, 'a, b,c', ['a', 'b', 'c']],
  ])('%s reads %#: %j', (...[, schema, text, expected]) => {
    expect(schema.parse(text)).toEqual(expected);
  });

  it.each<[string, z.ZodType, string]>([
    ['wholeNumber', wholeNumber({ min: 0, max: 10 }), '11'],
    ['wholeNumber', wholeNumber({ min: 0, max: 10 }), '1.5'],
    ['wholeNumber', wholeNumber({ min: 0, max: 10 }), '1e1'],
    ['wholeNumber', wholeNumber({ min: 0, max: 10 }), '0x1'],
    ['decimalNumber', decimalNumber({ min: 0, max: 1 }), 'NaN'],
    ['decimalNumber', decimalNumber({ min: 0, max: 1 }), '.'],
    ['durationMs', durationMs({ min: 0, max: 60_000 }), '2m'],
    ['durationMs', durationMs({ min: 0, max: 60_000 }), '10 s'],
    ['durationMs', durationMs({ min: 0, max: 60_000 }), '10d'],
    ['flag', flag(), 'yes'],
    ['flag', flag(), 'constructor'],
    ['choice', choice(['a', 'b']), 'A'],
    ['url', url(['http:']), 'https://host'],
    ['url', url(['http:']), 'host:80'],
    ['list', hosts, 'a,,b'],
  ])('%s refuses %#: saying what it expects', (_kind, schema, text) => {
    expect(schema.safeParse(text).error?.issues[0]?.message).toMatch(/^expected /);
  });
});
