import { z } from 'zod';
import { baseConfigShape, databaseConfigShape } from './base-config.js';
import { helpText } from './help.js';
import { maskConfig } from './mask-config.js';
import { readConfig } from './read-config.js';
import { sabotageConfigShape } from './sabotage.js';
import { similarNames } from './similar-names.js';

const schema = z.object({ ...baseConfigShape, ...databaseConfigShape });

const GOOD = {
  KAFKA_BROKERS: 'one:9092,two:9092',
  PITWALL_PIPELINES: 'pipelines/flight-delay',
  DATABASE_URL: 'postgres://pitwall:sesame@127.0.0.1:5432/pitwall',
};

describe('readConfig', () => {
  it('reads what is given and takes the default of the rest', () => {
    expect(readConfig(schema, GOOD)).toEqual({
      isValid: true,
      warnings: [],
      config: {
        ...GOOD,
        KAFKA_BROKERS: ['one:9092', 'two:9092'],
        PITWALL_PIPELINES: ['pipelines/flight-delay'],
        KAFKA_SSL: false,
        KAFKA_SESSION_TIMEOUT_MS: 10_000,
        HTTP_HOST: '127.0.0.1',
        HTTP_PORT: 8080,
        LOG_LEVEL: 'info',
        OTEL_TRACES_SAMPLER_ARG: 1,
        SHUTDOWN_GRACE_MS: 8_000,
      },
    });
  });

  it('takes a variable that is set to nothing for one that is not set', () => {
    const reading = readConfig(schema, { ...GOOD, HTTP_PORT: '', LOG_LEVEL: '  ', PITWALL_PIPELINES: '' });
    expect(reading).toMatchObject({
      isValid: false,
      problems: ['PITWALL_PIPELINES is not set, expected folders of pipeline definitions, separated by commas'],
    });
  });

  it('reports all problems at once, with the value and without a secret', () => {
    const reading = readConfig(schema, {
      KAFKA_BROKERS: 'localhost',
      KAFKA_SESSION_TIMEOUT_MS: '30s',
      HTTP_PORT: '80a',
      DATABASE_URL: 'mysql://pitwall:sesame@host/db',
    });
    expect(reading.isValid).toBe(false);
    expect('problems' in reading && reading.problems).toEqual([
      'KAFKA_BROKERS is "localhost", expected host:port of each broker, separated by commas',
      'KAFKA_SESSION_TIMEOUT_MS is "30s", expected a duration from 6000 to 10000 ms, such as 1500, 500ms or 10s',
      'HTTP_PORT is "80a", expected a whole number from 0 to 65535',
      'PITWALL_PIPELINES is not set, expected folders of pipeline definitions, separated by commas',
      'DATABASE_URL is set (not shown), expected a URL postgres://… or postgresql://…',
    ]);
  });

  it('warns of a variable of ours that looks like a known one', () => {
    const { warnings } = readConfig(schema, {
      ...GOOD,
      PITWALL_PIPELINE: 'x',
      PITWALL_KAFKA_PORT: '1',
      KAFKA_BROKER: 'x',
    });
    expect(warnings).toEqual(['PITWALL_PIPELINE is not a variable of this service. Did you mean PITWALL_PIPELINES?']);
  });
});

describe('similarNames', () => {
  it.each([
    ['PITWALL_PIPELNIES', ['PITWALL_PIPELINES']],
    ['PITWALL_PIPELINES_X_Y', []],
    ['', []],
  ])('%s is like %j', (name, expected) => {
    expect(similarNames(name, ['PITWALL_PIPELINES', 'HTTP_PORT'])).toEqual(expected);
  });
});

describe('helpText', () => {
  const lines = helpText('results', schema).split('\n');

  it('lists every variable with its meaning, aligned', () => {
    for (const name of Object.keys(schema.shape).filter((one) => !(one in sabotageConfigShape))) {
      const line = lines.find((candidate) => candidate.startsWith(`  ${name} `)) ?? '';
      expect(line.slice(2 + 'OTEL_EXPORTER_OTLP_ENDPOINT'.length)).toMatch(/^ {2}\S/);
    }
  });

  it.each([
    ['KAFKA_BROKERS', 'required'],
    ['DATABASE_URL', 'required'],
    ['HTTP_PORT', 'default: 8080'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'optional'],
  ])('says of %s: %s', (name, expected) => {
    const at = lines.findIndex((line) => line.startsWith(`  ${name} `));
    expect(lines[at + 1]?.trim()).toBe(expected);
  });
});

describe('maskConfig', () => {
  it('masks secrets, and passwords in the URLs of others', () => {
    const config = { ...GOOD, OTEL_EXPORTER_OTLP_ENDPOINT: 'https://me:sesame@collector:4318', HTTP_PORT: 1 };
    expect(maskConfig(schema, config)).toEqual({
      ...config,
      DATABASE_URL: '***',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://me:***@collector:4318',
    });
  });
});
