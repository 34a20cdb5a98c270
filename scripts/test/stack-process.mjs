/**
 * Runs one stack for as long as the process that forked it lives: sends its addresses as the first message, and stops it when
 * the channel closes or a signal comes.
 */
import { startStack } from '@pitwall/stack';

const { KAFKA_BROKERS: brokers, DATABASE_URL: databaseUrl } = process.env;

const stack = await startStack({
  ports: 'free',
  ...(brokers && { kafkaBrokers: brokers.split(',') }),
  ...(databaseUrl && { databaseUrl }),
  log: (line) => console.error(line),
});

let isStopping = false;
const stop = async () => {
  if (isStopping) return;
  isStopping = true;
  await stack.stop();
  process.exit(0);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void stop());
process.on('disconnect', () => void stop());
process.send?.({ kafkaBrokers: stack.kafkaBrokers, databaseUrl: stack.databaseUrl });
