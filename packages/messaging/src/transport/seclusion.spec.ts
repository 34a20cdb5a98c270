import { setImmediate as settled } from 'node:timers/promises';
import { Seclusion } from './seclusion.js';

const heartbeat = async (): Promise<void> => undefined;

/** Works that begin, and end when they are told to; `said` is what happened. */
function someWorks() {
  const said: string[] = [];
  const seclusion = new Seclusion();
  const ends = new Map<string, () => void>();
  const begin = (name: string, how: 'alone' | 'beside', beat = heartbeat): void => {
    void seclusion[how](beat, async (ownBeat) => {
      said.push(`${name} begins`);
      await ownBeat();
      await new Promise<void>((resolve) => ends.set(name, resolve));
      said.push(`${name} ends`);
    });
  };
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.();
    await settled();
  };
  return { said, seclusion, begin, end };
}

describe('Seclusion', () => {
  it('lets works go on beside each other, and one that must be alone only after all of them', async () => {
    const { said, begin, end } = someWorks();
    begin('a', 'beside');
    begin('b', 'beside');
    begin('suspect', 'alone');
    await settled();
    await end('a');
    expect(said).toEqual(['a begins', 'b begins', 'a ends']);
    await end('b');
    expect(said.slice(3)).toEqual(['b ends', 'suspect begins']);
  });

  it('begins nothing beside one that is alone, and what waited in the order of asking', async () => {
    const { said, begin, end } = someWorks();
    begin('suspect', 'alone');
    begin('a', 'beside');
    begin('b', 'beside');
    begin('another suspect', 'alone');
    begin('c', 'beside');
    await settled();
    expect(said).toEqual(['suspect begins']);
    await end('suspect');
    expect(said.slice(1)).toEqual(['suspect ends', 'a begins', 'b begins']);
    await end('a');
    await end('b');
    expect(said.slice(4)).toEqual(['a ends', 'b ends', 'another suspect begins']);
    await end('another suspect');
    expect(said.slice(-1)).toEqual(['c begins']);
  });

  it('goes on after work that fails', async () => {
    const { said, seclusion, begin } = someWorks();
    const fail = () => Promise.reject(new Error('broken'));
    await expect(seclusion.beside(heartbeat, fail)).rejects.toThrow('broken');
    await expect(seclusion.alone(heartbeat, fail)).rejects.toThrow('broken');
    begin('suspect', 'alone');
    await settled();
    expect(said).toEqual(['suspect begins']);
  });

  it('keeps alive whoever waits', async () => {
    const beats: string[] = [];
    const beatOf = (name: string) => async (): Promise<void> => void beats.push(name);
    const nothing = async (): Promise<void> => undefined;
    const seclusion = new Seclusion();
    let beat = nothing;
    void seclusion.beside(beatOf('a'), (given) => {
      beat = given;
      return new Promise(() => undefined);
    });
    void seclusion.alone(beatOf('suspect'), nothing);
    void seclusion.beside(beatOf('b'), nothing);
    await settled();
    await beat();
    expect(beats.toSorted()).toEqual(['a', 'b', 'b', 'suspect']);
  });
});
