/**
 * The keeper: a process of its own session that starts all children of a stack and outlives the one who asked for it.
 * When the channel to the parent closes, be it by a clean exit, a crash or `kill -9`, it stops services, then Kafka, then
 * PostgreSQL, gives the data folder free, and ends. Started by `keeper-client.ts`; not a module to import.
 */
import { deleteHome } from './delete-home.js';
import { releaseLock } from './instance-lock.js';
import type { KeeperAnswer, KeeperConfig, KeeperMessage, KeeperRequest, NumberedRequest } from './keeper-protocol.js';
import { KeptChildren } from './kept-children.js';
import { identityOf } from './process-identity.js';
import { removeRecord, writeRecord } from './process-record.js';

const CAP_LOGS_EVERY_MS = 5_000;
const KEEPER_GRACE_MS = 20_000;

process.title = 'pitwall-keeper';
const config = JSON.parse(process.argv[2] ?? '') as KeeperConfig;

function say(message: KeeperMessage, afterwards: () => void = () => undefined): void {
  // The parent may be gone at any time; then nobody needs the message, and the disconnect is handled on its own.
  if (process.connected) process.send?.(message, undefined, undefined, afterwards);
}

function note(line: string): void {
  console.error(`${new Date().toISOString()} keeper ${process.pid}: ${line}`);
}

const children = new KeptChildren(config.runFolder, (exit) => {
  note(`${exit.name} (pid ${exit.pid}) ended: code ${exit.code}, signal ${exit.signal}`);
  say({ kind: 'exited', exit });
});

async function carryOut(request: KeeperRequest): Promise<number | null> {
  switch (request.kind) {
    case 'start':
      return children.start(request.spec);
    case 'signal':
      return children.signal(request.name, request.signal);
    case 'stop':
      return children.stop(request.name);
    case 'stop_all':
      await endOnce('asked to');
      return null;
    default:
      return request satisfies never;
  }
}

async function answer({ number, request }: NumberedRequest): Promise<void> {
  let result: KeeperAnswer;
  try {
    result = { pid: await carryOut(request) };
  } catch (error) {
    result = { error: error instanceof Error ? error.message : String(error) };
  }
  const message = { kind: 'answer', number, answer: result } as const;
  if (request.kind === 'stop_all') say(message, () => process.exit(0));
  else say(message);
}

let ending: Promise<void> | undefined;

function endOnce(reason: string): Promise<void> {
  ending ??= end(reason);
  return ending;
}

async function end(reason: string): Promise<void> {
  note(`stopping everything: ${reason}`);
  clearInterval(capTimer);
  await children.stopAll();
  note('everything is stopped');
  removeRecord(config.runFolder, 'keeper');
  releaseLock(config.lockFile, config.lockToken);
  if (config.temporaryHome !== null) deleteHome(config.temporaryHome);
}

async function endAndExit(reason: string): Promise<void> {
  await endOnce(reason);
  process.exit(0);
}

const capTimer = setInterval(() => children.capLogs(), CAP_LOGS_EVERY_MS);

writeRecord(config.runFolder, {
  name: 'keeper',
  pid: process.pid,
  identity: identityOf(process.pid) ?? '',
  step: 'keeper',
  stopSignal: 'SIGTERM',
  graceMs: KEEPER_GRACE_MS,
});
process.on('message', (message) => void answer(message as NumberedRequest));
process.on('disconnect', () => void endAndExit('the parent is gone'));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => void endAndExit(`got ${signal}`));
process.on('uncaughtException', (error) => {
  note(`unexpected: ${error.stack ?? error.message}`);
  void endAndExit('the keeper failed');
});
