import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { deleteHome, outsideFolderOf } from '../src/delete-home.js';
import { homeAt, openHome } from '../src/home.js';
import { findPlace } from '../src/postgres/place.js';
import { NOBODY, firstClosedFolder, foldersAbove } from '../src/postgres/reach.js';
import { newHome } from './stack-process.js';

const isRoot = process.getuid?.() === 0;
const describeAs = { root: isRoot ? describe : describe.skip, others: isRoot ? describe.skip : describe };

describeAs.others('the place of PostgreSQL for anybody but root', () => {
  it('is the data folder, and it runs as ourselves', async () => {
    const home = homeAt(newHome());
    openHome(home);
    const place = await findPlace(home);
    expect(place).toMatchObject({ data: home.postgresData });
    expect(place).not.toHaveProperty('user');
    rmSync(dirname(home.root), { recursive: true });
  });
});

describeAs.root('the place of PostgreSQL for root', () => {
  it('is the data folder when nobody can get there', async () => {
    const home = homeAt(newHome());
    openHome(home);
    await expect(findPlace(home)).resolves.toMatchObject({ data: home.postgresData, user: NOBODY });
    expect(outsideFolderOf(home.root)).toBeNull();
    rmSync(dirname(home.root), { recursive: true });
  });

  it('is outside when the folder lies under a private one, is noted, kept and deleted with it', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'pitwall-spec-')); // mode 0700
    const home = homeAt(join(parent, 'home'));
    openHome(home);
    const place = await findPlace(home);
    const outside = dirname(place.data);
    expect(place.data.startsWith(parent)).toBe(false);
    expect(firstClosedFolder(foldersAbove(outside))).toBeNull();
    expect(firstClosedFolder(foldersAbove(dirname(place.postgres)))).toBeNull();
    expect(statSync(outside).uid).toBe(0);
    expect(readFileSync(join(home.root, 'postgres-place.json'), 'utf8')).toContain(`${parent} is closed to others`);
    await expect(findPlace(home)).resolves.toEqual(place);
    deleteHome(home.root);
    expect(existsSync(outside)).toBe(false);
    rmSync(parent, { recursive: true });
  });

  it('is not made anew when it has disappeared', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'pitwall-spec-'));
    const home = homeAt(join(parent, 'home'));
    openHome(home);
    rmSync(dirname((await findPlace(home)).data), { recursive: true });
    await expect(findPlace(home)).rejects.toThrow(/PostgreSQL's data is gone.*npm run reset/);
    rmSync(parent, { recursive: true });
  });
});
