import { PitwallError } from '@pitwall/contracts';
import { describeError } from './describe-error.js';
import { createLogger, type Logger } from './logger.js';

function aLogger(): { logger: Logger; lines: () => Record<string, unknown>[] } {
  const written: string[] = [];
  const destination = { write: (line: string) => void written.push(line) };
  const logger = createLogger({ service: 'spec', level: 'info', destination });
  return { logger, lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('createLogger', () => {
  it('writes one JSON line with time, level by name, service and message', () => {
    const { logger, lines } = aLogger();
    logger.info({ offset: 7 }, 'hello');
    expect(lines()).toEqual([
      { level: 'info', time: expect.stringMatching(/^\d{4}-.*Z$/), service: 'spec', offset: 7, msg: 'hello' },
    ]);
  });

  it('leaves out what is below its level', () => {
    const { logger, lines } = aLogger();
    logger.debug('too small');
    expect(lines()).toEqual([]);
  });

  it('describes an error with code, details and causes', () => {
    const { logger, lines } = aLogger();
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    logger.error({ err: new PitwallError('down', { code: 'broken', retriable: true, details: { port: 1 }, cause }) });
    expect(lines()[0]?.['err']).toEqual({
      type: 'PitwallError',
      message: 'down',
      code: 'broken',
      retriable: true,
      details: { port: 1 },
      stack: expect.stringContaining('logger.spec'),
      cause: expect.objectContaining({ message: 'connect ECONNREFUSED', code: 'ECONNREFUSED' }),
    });
  });
});

describe('describeError', () => {
  it('leaves out what a driver hangs on its errors', () => {
    const error = Object.assign(new Error('lost'), { client: { password: 'sesame' }, connectionParameters: 'sesame' });
    expect(JSON.stringify(describeError(error))).not.toContain('sesame');
  });

  it('describes the parts of an aggregate', () => {
    const error = new AggregateError([new Error('a'), new Error('b')], 'both');
    expect(describeError(error)).toMatchObject({ message: 'both', errors: [{ message: 'a' }, { message: 'b' }] });
  });

  it('ends at a circle of causes', () => {
    const error = new Error('round');
    error.cause = error;
    expect(JSON.stringify(describeError(error)).match(/"message":"round"/g)).toHaveLength(9);
  });

  it.each([
    ['text', 'text'],
    [{ a: 1 }, '{"a":1}'],
    [undefined, 'undefined'],
    [1n, '1'],
  ])('describes %p, which is no error', (thrown, message) => {
    expect(describeError(thrown)).toEqual({ type: typeof thrown, message });
  });
});
