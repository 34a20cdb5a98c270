// Keeps today's schemas and valid fixtures as the released ones: node packages/contracts/scripts/release.mjs
// Run it when a version of Pitwall goes out. From then on both must be readable in both directions, see compatibility.spec.ts.
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
const released = join(root, 'fixtures/released');
rmSync(released, { recursive: true, force: true });
cpSync(join(root, 'packages/contracts/schemas'), join(released, 'schemas'), { recursive: true });
for (const message of readdirSync(join(root, 'fixtures/messages'))) {
  const from = join(root, 'fixtures/messages', message, 'valid');
  cpSync(from, join(released, 'messages', message), { recursive: true });
}
