import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { runtimeNode } from '../../tooling/runtime-node.mjs';

/**
 * @typedef {object} RunningStack
 * @property {{ KAFKA_BROKERS: string, DATABASE_URL: string }} env what the tests read
 * @property {() => Promise<void>} stop
 */

/**
 * Starts the Kafka and PostgreSQL that all integration tests share, in a process of its own.
 *
 * @returns {Promise<RunningStack>}
 * @throws if it ends before it is ready; it has said why on stderr
 */
export const startSharedStack = () =>
  new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('./stack-process.mjs', import.meta.url)), {
      execPath: runtimeNode(),
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    const ended = new Promise((end) => child.once('exit', end));
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`the stack ended before it was ready (${signal ?? `exit code ${code}`})`)),
    );
    child.once('message', (message) => {
      const { kafkaBrokers, databaseUrl } = /** @type {{ kafkaBrokers: string[], databaseUrl: string }} */ (message);
      resolve({
        env: { KAFKA_BROKERS: kafkaBrokers.join(','), DATABASE_URL: databaseUrl },
        stop: async () => {
          if (child.connected) child.disconnect();
          await ended;
        },
      });
    });
  });
