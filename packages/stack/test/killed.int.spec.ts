import { existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { allGone, endsNoted, newHome, runStack } from './stack-process.js';

describe('a stack whose processes are killed', () => {
  const home = newHome();

  afterAll(() => rmSync(dirname(home), { recursive: true, force: true }));

  it('is stopped by its keeper in order when the parent is killed by SIGKILL', async () => {
    const { parent, pids } = await runStack(home);
    parent.kill('SIGKILL');
    await allGone(Object.values(pids));
    expect(endsNoted(home)).toEqual(['sleeper', 'kafka', 'postgres']);
    expect(existsSync(join(home, 'run', 'instance.json'))).toBe(false);
  });

  it('is cleaned up by the next start when the keeper is killed as well, and stops by Ctrl-C in the end', async () => {
    const first = await runStack(home);
    process.kill(first.pids.keeper, 'SIGKILL');
    first.parent.kill('SIGKILL');
    await allGone([first.pids.keeper]);

    const second = await runStack(home);
    await allGone([first.pids.service, first.pids.kafka, first.pids.postgres]);
    expect(second.log.filter((line) => line.includes('was left over'))).toEqual([
      `sleeper (pid ${first.pids.service}) was left over: stopped.`,
      `kafka (pid ${first.pids.kafka}) was left over: stopped.`,
      `postgres (pid ${first.pids.postgres}) was left over: stopped.`,
    ]);

    // Handed over while the keeper still stops: the next start waits for it.
    second.parent.kill('SIGKILL');
    const third = await runStack(home);
    await allGone(Object.values(second.pids));
    const asked = performance.now();
    third.parent.kill('SIGINT');
    await allGone([...Object.values(third.pids), third.parent.pid ?? 0]);
    expect(performance.now() - asked).toBeLessThan(10_000);
    expect(third.parent.exitCode).toBe(0);
  });
});
