/**
 * Runs one stack for as long as the process that forked it lives: sends its addresses as the first message, and stops it when
 * the channel closes or a signal comes.
 */
import { startStack } from '@pitwall/stack';

const stack = await startStack();

let stopping = false;
const stop = async () => {
  if (stopping) return;
  stopping = true;
  await stack.stop();
  process.exit(0);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void stop());
process.on('disconnect', () => void stop());
process.send?.({ kafkaBrokers: stack.kafkaBrokers, databaseUrl: stack.databaseUrl });
