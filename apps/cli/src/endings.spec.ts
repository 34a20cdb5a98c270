import { EventEmitter } from 'node:events';
import { watchEndings } from './endings.js';

class FakeStream extends EventEmitter {
  text = '';
  write(text: string): void {
    this.text += text;
  }
}

const aProcess = () => {
  const exits: number[] = [];
  const process = Object.assign(new EventEmitter(), {
    stdout: new FakeStream(),
    stderr: new FakeStream(),
    exit: (code: number) => void exits.push(code),
  });
  return { process, exits, endings: watchEndings(process as unknown as NodeJS.Process) };
};

describe('watchEndings', () => {
  it('lets the command finish after the first Ctrl-C, and ends the process after the second', () => {
    const { process, exits, endings } = aProcess();
    process.emit('SIGINT');
    expect([endings.signal.aborted, exits]).toEqual([true, []]);
    process.emit('SIGINT');
    expect(exits).toEqual([130]);
    expect(endings.settle(0)).toBe(0);
  });

  it('takes a reader that has gone for a good end, and writes nothing more', () => {
    const { process, endings } = aProcess();
    endings.stdout('one\n');
    process.stdout.emit('error', Object.assign(new Error('gone'), { code: 'EPIPE' }));
    process.stdout.emit('error', Object.assign(new Error('gone'), { code: 'EPIPE' }));
    endings.stdout('two\n');
    expect([process.stdout.text, endings.signal.aborted, endings.settle(130)]).toEqual(['one\n', true, 0]);
  });

  it('does not swallow other troubles of the output', () => {
    const { process } = aProcess();
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    expect(() => process.stdout.emit('error', full)).toThrow('no space left');
  });
});
