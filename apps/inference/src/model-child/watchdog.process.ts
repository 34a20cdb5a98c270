/**
 * Runs in a thread of the model child beside ONNX Runtime, which may block the main thread for ever. Ends the process when the
 * service that started it is gone (its parent's process id then is another, as init or a subreaper adopts the child), and when
 * it holds more resident memory than its budget.
 *
 * The budget is watched from inside: the same call works on every system, and it goes on while the service itself is busy.
 */
import { rmdirSync, writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

/** A model can fill 100 to 300 MB in that time. One look takes 20 µs. */
const CHECK_EVERY_MS = 100;
const MB = 1024 * 1024;
const STDERR = 2;

const { servicePid, memoryBudgetMb } = workerData as { readonly servicePid: number; readonly memoryBudgetMb: number };
const never = new Int32Array(new SharedArrayBuffer(4));

// The folder that this process was started in is its own and empty. Without it there is nothing to be found or left behind in
// it, however service and child end. Not from the main thread: a thread does not start in a folder that is gone.
rmdirSync(process.cwd());

parentPort?.postMessage('watching', []);

let rssMb = rssInMb();
while (process.ppid === servicePid && rssMb <= memoryBudgetMb) {
  Atomics.wait(never, 0, 0, CHECK_EVERY_MS);
  rssMb = rssInMb();
}

// The service takes a last line that begins so for the reason of the end.
if (rssMb > memoryBudgetMb) {
  writeSync(
    STDERR,
    `pitwall: the model child took ${rssMb} MB of memory, more than its budget of ${memoryBudgetMb} MB\n`,
  );
}

// SIGKILL: handlers of other signals would run on the thread that is blocked.
process.kill(process.pid, 'SIGKILL');

function rssInMb(): number {
  return Math.round(process.memoryUsage.rss() / MB);
}
