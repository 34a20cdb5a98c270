import { z } from 'zod';
import { type KafkaConfig, kafkaConfigShape, kafkaConnection } from './kafka-config.js';
import { maskConfig } from './mask-config.js';
import { readConfig } from './read-config.js';

const schema = z.object(kafkaConfigShape);
const LOGIN = { KAFKA_SASL_MECHANISM: 'scram-sha-512', KAFKA_USERNAME: 'pitwall', KAFKA_PASSWORD: 'sesame' };

function configOf(environment: Readonly<Record<string, string>>): KafkaConfig {
  const reading = readConfig(schema, { KAFKA_BROKERS: 'one:9093', ...environment });
  if (!reading.isValid) throw new Error(reading.problems.join('\n'));
  return reading.config;
}

describe('the connection to Kafka', () => {
  it('is plain and without a login unless told otherwise', () => {
    expect(kafkaConnection(configOf({}), 'pitwall-results')).toEqual({
      brokers: ['one:9093'],
      clientId: 'pitwall-results',
      sessionTimeoutMs: 10_000,
      security: { tls: false, login: null },
    });
  });

  it('takes TLS and a login from the environment', () => {
    expect(kafkaConnection(configOf({ KAFKA_SSL: 'true', ...LOGIN }), 'x').security).toEqual({
      tls: true,
      login: { mechanism: 'scram-sha-512', username: 'pitwall', password: 'sesame' },
    });
  });

  it.each(Object.keys(LOGIN))('refuses a login without %s, and never shows the password', (missing) => {
    const parts = Object.fromEntries(Object.entries(LOGIN).filter(([name]) => name !== missing));
    const connect = (): unknown => kafkaConnection(configOf(parts), 'x');
    expect(connect).toThrow(`${missing} is not set, but other parts`);
    expect(connect).toThrow(
      expect.objectContaining({ code: 'invalid_kafka_login', message: expect.not.stringContaining('sesame') }),
    );
  });

  it('refuses a mechanism that it does not know', () => {
    expect(readConfig(schema, { KAFKA_BROKERS: 'one:9093', KAFKA_SASL_MECHANISM: 'gssapi' })).toMatchObject({
      isValid: false,
      problems: ['KAFKA_SASL_MECHANISM is "gssapi", expected one of plain, scram-sha-256, scram-sha-512'],
    });
  });

  it('has a password that is shown nowhere', () => {
    const shown = maskConfig(schema, { ...configOf(LOGIN) });
    expect(shown).toMatchObject({ KAFKA_USERNAME: 'pitwall', KAFKA_PASSWORD: '***' });
  });
});
