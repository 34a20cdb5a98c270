import { textHeader } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { eventTimeOf } from './event-time.js';

const AT = Date.parse('2013-04-01T09:15:00Z');
const TEXT = '2013-04-01T11:15:00+02:00';

const timeOf = (
  value: string | null,
  timeFormat: 'rfc3339' | 'epoch-ms',
  headers: readonly (readonly [string, string])[] = [],
) =>
  eventTimeOf(
    {
      key: null,
      value: value === null ? null : Buffer.from(value),
      headers: headers.map(([name, text]) => textHeader(name, text)),
    },
    { event: { time: 'at', timeFormat } as unknown as PipelineDefinition['event'] },
  );

const binary = [
  ['ce_specversion', '1.0'],
  ['ce_id', 'x'],
  ['ce_source', '/s'],
  ['ce_type', 't'],
] as const;

describe('eventTimeOf', () => {
  it.each([
    ['a field with text', `{"at":"${TEXT}"}`, 'rfc3339', [], AT],
    ['a field with milliseconds', `{"at":${AT}}`, 'epoch-ms', [], AT],
    ['a header, before the field', '{"at":"2020-01-01T00:00:00Z"}', 'rfc3339', [...binary, ['ce_time', TEXT]], AT],
    ['the field where there is no such header', `{"at":"${TEXT}"}`, 'rfc3339', binary, AT],
    [
      'a structured document',
      `{"specversion":"1.0","source":"/s","type":"t","time":"${TEXT}","data":{}}`,
      'rfc3339',
      [['content-type', 'application/cloudevents+json']],
      AT,
    ],
    ['no record', null, 'rfc3339', [], null],
    ['no JSON', 'no', 'rfc3339', [], null],
    ['a list', '[]', 'rfc3339', [], null],
    ['no such field', '{}', 'rfc3339', [], null],
    ['a field of the other format', `{"at":"${TEXT}"}`, 'epoch-ms', [], null],
    ['a time without a zone', '{"at":"2013-04-01T09:15:00"}', 'rfc3339', [], null],
    ['a header that is no time', `{"at":"${TEXT}"}`, 'rfc3339', [...binary, ['ce_time', 'noon']], null],
  ] as const)('reads %s', (...[, value, format, headers, expected]) => {
    expect(timeOf(value, format, headers)).toBe(expected);
  });
});
