import { setTimeout as sleep } from 'node:timers/promises';
import { recoveryPrograms, runProgram, SERVICES } from '@pitwall/platform';
import { backUpSchema } from '@pitwall/testing';
import type { Fault, FaultContext, Injection } from './fault.js';

/** Services with a schema in PostgreSQL, which is named as they are. */
const KEEPERS = SERVICES.filter(({ hasDatabase }) => hasDatabase).map(({ name }) => name);

/**
 * Keeps what PostgreSQL holds, lets the load go on, and brings it back while the services that keep anything in it are down. They
 * are recovered before they are started again. The others go on: what they write waits.
 */
export async function restoreDatabase(
  context: FaultContext,
  { ageMs }: Extract<Fault, { kind: 'restore-database' }>,
): Promise<Injection> {
  const { crew, platform, timeline, signal } = context;
  const violations: string[] = [];
  const { databaseUrl } = platform.stack;
  const backups = await Promise.all(KEEPERS.map((schema) => backUpSchema(databaseUrl, schema)));
  timeline.note('PostgreSQL is backed up');
  await sleep(ageMs, undefined, { signal });
  const instances = KEEPERS.flatMap((service) => crew.instancesOf(service));
  let fromMs = performance.now();
  await crew.standDown(instances, async () => {
    for (const backup of backups) await backup.restore();
    timeline.note('PostgreSQL is restored');
    violations.push(...(await recover(context)));
    fromMs = performance.now();
  });
  for (const backup of backups) await backup.drop();
  return { what: `restore PostgreSQL to ${ageMs / 1000} s ago, and recover`, kills: 0, fromMs, violations };
}

async function recover({ platform: { stack, pipeline }, timeline, signal }: FaultContext): Promise<readonly string[]> {
  const { kafkaBrokers, databaseUrl } = stack;
  const violations: string[] = [];
  for (const program of recoveryPrograms({ kafkaBrokers, databaseUrl, pipelineFolders: [pipeline.folder] })) {
    const { exitCode, stdout, stderr } = await runProgram(program, ['--apply'], signal);
    timeline.note(
      `${program.service} recover ended with ${exitCode}: ${stdout.trim().split('\n').slice(-4).join(' | ')}`,
    );
    if (exitCode !== 0) violations.push(`${program.service} could not be recovered (${exitCode}): ${stdout}${stderr}`);
  }
  return violations;
}
