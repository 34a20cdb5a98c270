/** Says why it was asked to stop, and then does. Run under a shell, as npm runs a script. */
import { watchForStop } from '../dist/index.js';

const keepAlive = setInterval(() => undefined, 60_000);
watchForStop({
  onStop: (reason) => {
    console.log(`stop: ${reason}`);
    clearInterval(keepAlive);
  },
});
console.log('watching');
