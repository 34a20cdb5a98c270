import { NOBODY, firstClosedFolder } from './reach.js';

const ROOT = { uid: 0, gid: 0 };

describe('firstClosedFolder', () => {
  it('is null when all may pass', () => {
    expect(
      firstClosedFolder([
        { path: '/', ...ROOT, mode: 0o40755 },
        { path: '/srv', ...ROOT, mode: 0o40711 },
      ]),
    ).toBeNull();
  });

  it('names the first folder that is closed to others', () => {
    const folders = ['/', '/root', '/root/clone'].map((path) => ({
      path,
      ...ROOT,
      mode: path === '/' ? 0o755 : 0o700,
    }));
    expect(firstClosedFolder(folders)).toBe('/root');
  });

  it.each([
    ['its owner', { uid: NOBODY.uid, gid: 0, mode: 0o700 }, null],
    ['its owner, who has shut himself out', { uid: NOBODY.uid, gid: 0, mode: 0o077 }, '/x'],
    ['its group', { uid: 0, gid: NOBODY.gid, mode: 0o710 }, null],
    ['its group, which is shut out', { uid: 0, gid: NOBODY.gid, mode: 0o701 }, '/x'],
  ])('counts nobody as %s', (_, folder, closed) => {
    expect(firstClosedFolder([{ path: '/x', ...folder }])).toBe(closed);
  });
});
