/**
 * A process that runs a stack until it is told to stop: what the tests kill. `node run-stack.mjs <data folder>`.
 * Says who runs as one line of JSON on stdout.
 */
import { startStack, watchForStop } from '../dist/index.js';

const home = process.argv[2];
const keepAlive = setInterval(() => undefined, 60_000);
const stack = await startStack({ home, ports: 'free', log: (line) => console.error(line) });
const service = await stack.services.start({ name: 'sleeper', args: ['-e', 'setInterval(() => undefined, 60_000)'] });
watchForStop({
  watched: [],
  onStop: () => {
    clearInterval(keepAlive);
    void stack.stop();
  },
});
console.log(
  JSON.stringify({
    keeper: stack.keeperPid,
    service: service.pid,
    kafka: stack.kafka.pid,
    postgres: stack.postgres.pid,
    ports: stack.ports,
  }),
);
