import { type ClientLogger, logCreatorFor } from './client-log.js';

const ERROR = 1;
const INFO = 4;

function aLog() {
  const lines: string[] = [];
  const write = (level: string) => (_: object, message: string) => void lines.push(`${level} ${message}`);
  const logger: ClientLogger = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  };
  return { lines, logger };
}

describe('the log of the Kafka client', () => {
  it('warns of its errors, once for all clients of a process, and whispers its chatter', () => {
    const { lines, logger } = aLog();
    for (const write of [logCreatorFor(logger)(), logCreatorFor(logger)()]) {
      write({ namespace: 'Connection', level: ERROR, log: { message: 'Connection error: connect ECONNREFUSED' } });
    }
    logCreatorFor(logger)()({ namespace: 'Consumer', level: INFO, log: { message: 'Starting' } });
    expect(lines).toEqual([
      'warn Connection error: connect ECONNREFUSED',
      'debug Connection error: connect ECONNREFUSED',
      'debug Starting',
    ]);
  });

  it('whispers what every start brings', () => {
    const { lines, logger } = aLog();
    const error = 'The group coordinator is not available';
    logCreatorFor(logger)()({
      namespace: 'Connection',
      level: ERROR,
      log: { message: 'Response GroupCoordinator', error },
    });
    expect(lines).toEqual(['debug Response GroupCoordinator']);
  });
});
