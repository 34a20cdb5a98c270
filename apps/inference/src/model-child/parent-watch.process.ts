/**
 * Runs in a thread of the model child beside ONNX Runtime, which may block the main thread for ever: ends the process when the
 * service that started it is gone. Its parent's process id then is another, as init or a subreaper adopts the child.
 */
import { workerData } from 'node:worker_threads';

const CHECK_EVERY_MS = 500;

const { servicePid } = workerData as { readonly servicePid: number };
const never = new Int32Array(new SharedArrayBuffer(4));

while (process.ppid === servicePid) Atomics.wait(never, 0, 0, CHECK_EVERY_MS);

// SIGKILL: handlers of other signals would run on the thread that is blocked.
process.kill(process.pid, 'SIGKILL');
