import { parseOptions } from './options.js';

const optionsOf = (argv: readonly string[], env: Record<string, string> = {}): unknown => {
  const parsed = parseOptions(argv, env);
  return parsed.kind === 'run' ? parsed.options : parsed;
};

describe('parseOptions', () => {
  it('watches all flights at an hour a second when nothing is said', () => {
    expect(optionsOf([])).toEqual({
      once: false,
      isReplayWanted: true,
      speed: 3600,
      events: null,
      fromMs: null,
      toMs: null,
      seed: null,
      dataFolder: null,
      ports: {},
      traceRatio: 1,
    });
  });

  it('replays 5,000 flights at full speed for --once, and traces few of them', () => {
    expect(optionsOf(['--once'])).toMatchObject({ once: true, speed: 'max', events: 5000, traceRatio: 0.02 });
  });

  it.each([
    [['--once', '--speed', '60'], { speed: 60, traceRatio: 1 }],
    [['--once', '--events', '60000'], { events: 60_000 }],
    [['--from', '2013-07-01'], { fromMs: Date.UTC(2013, 6, 1) }],
    [['--from', '2013-07-01T06:00:00-04:00'], { fromMs: Date.UTC(2013, 6, 1, 10) }],
    [['--to', '2013-07-01T06:00:00.5Z'], { toMs: Date.UTC(2013, 6, 1, 6, 0, 0, 500) }],
    [['--no-replay'], { isReplayWanted: false }],
    [['--seed', '0', '--data', 'x'], { seed: 0, dataFolder: 'x' }],
    [['--kafka-port', '1234', '--kafka-controller-port', '1235'], { ports: { kafka: 1234, kafkaController: 1235 } }],
  ])('reads %j', (argv, expected) => {
    expect(optionsOf(argv)).toMatchObject(expected);
  });

  it('takes a port from its flag, else from its variable', () => {
    const env = { PITWALL_KAFKA_PORT: '2000', PITWALL_POSTGRES_PORT: '2001' };
    expect(optionsOf(['--kafka-port', '3000'], env)).toMatchObject({ ports: { kafka: 3000, postgres: 2001 } });
  });

  it.each([
    [['--speed', 'fast'], 'expected "max" or a number above 0'],
    [['--speed', '0'], 'expected "max" or a number above 0'],
    [['--events', '0'], 'whole number from 1'],
    [['--events', '1e3'], 'whole number from 1'],
    [['--from', 'yesterday'], 'RFC 3339'],
    [['--from', '2013-02-30'], 'RFC 3339'],
    [['--from', '2013-07-02', '--to', '2013-07-01'], 'nothing to replay'],
    [['--once', '--no-replay'], 'cannot go with'],
    [['--kafka-port', '70000'], 'from 1 to 65535'],
    [['--trace-ratio', '2'], 'from 0 to 1'],
    [['--onze'], 'unknown option'],
    [['stray'], 'too many arguments'],
  ])('refuses %j with exit code 2', (argv, message) => {
    expect(optionsOf(argv)).toMatchObject({ exitCode: 2, text: expect.stringContaining(message) });
  });

  it('refuses a port variable that is no port, naming it', () => {
    expect(optionsOf([], { PITWALL_OTLP_PORT: 'x' })).toMatchObject({
      exitCode: 2,
      text: expect.stringContaining('PITWALL_OTLP_PORT'),
    });
  });

  it('prints the help and ends with 0', () => {
    expect(optionsOf(['--help'])).toMatchObject({ exitCode: 0, text: expect.stringContaining('--speed <factor>') });
  });
});
