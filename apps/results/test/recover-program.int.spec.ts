import { runProgram } from './run-recover.js';

const NOWHERE = {
  KAFKA_BROKERS: '127.0.0.1:9',
  DATABASE_URL: 'postgres://me:sesame@127.0.0.1:9/db',
  PITWALL_PIPELINES: '../../pipelines/flight-delay',
};

describe('the program that recovers from a restored database', () => {
  it('says with --help what it takes, with no configuration at all, and ends with 0', async () => {
    const { exitCode, stdout, stderr } = await runProgram({}, ['--help']);
    expect([exitCode, stderr]).toEqual([0, '']);
    for (const flag of ['--apply', '--accept-gaps', '--migrate', '--json']) expect(stdout).toContain(flag);
  });

  it('refuses what it does not know with 2, and says what it takes', async () => {
    const { exitCode, stdout, stderr } = await runProgram(NOWHERE, ['--aply']);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/--aply[^]*--apply/);
  });

  it('takes the configuration of the service, names all that is wrong with it without secrets, and ends with 1', async () => {
    const { exitCode, stderr } = await runProgram({ DATABASE_URL: 'oracle://me:sesame@host/db' }, ['--apply']);
    expect(exitCode).toBe(1);
    for (const name of ['KAFKA_BROKERS', 'DATABASE_URL', 'PITWALL_PIPELINES']) expect(stderr).toContain(`- ${name} is`);
    expect(stderr).not.toContain('sesame');
  });

  it('ends with 5 where Kafka does not answer', async () => {
    const { exitCode, stdout, stderr } = await runProgram(NOWHERE, ['--json']);
    expect([exitCode, stdout]).toEqual([5, '']);
    expect(stderr).toContain('Kafka at 127.0.0.1:9 does not answer');
    expect(stderr).not.toContain('sesame');
  });
});
