// Copies folders into one and puts a brotli and a gzip twin beside each file that gets smaller by it. A stylesheet that imports
// others gets them inside: a browser asks for one file, and not for one after the other.
//   node scripts/compress.mjs OUT NAME=FOLDER...     (NAME is the folder below OUT, `.` for OUT itself)
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import zlib from 'node:zlib';

const brotli = promisify(zlib.brotliCompress);
const gzip = promisify(zlib.gzip);

// Below this a response fits into one packet anyway.
const WORTH_IT = 512;

async function filesBelow(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter(entry => entry.isFile() && !entry.name.startsWith('.'))
    .map(entry => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

const IMPORT = /^@import "([^"]+)";$/gm;

/** The content of a file, with the stylesheets that it imports in their places. */
async function whole(file) {
  const plain = await readFile(file);
  if (!file.endsWith('.css')) return plain;
  const text = plain.toString();
  const parts = new Map();
  for (const [, name] of text.matchAll(IMPORT)) parts.set(name, await whole(path.join(path.dirname(file), name)));
  return Buffer.from(text.replace(IMPORT, (_, name) => parts.get(name)));
}

async function copyWithTwins(from, to) {
  const plain = await whole(from);
  await mkdir(path.dirname(to), { recursive: true });
  await writeFile(to, plain);
  const sizes = { plain: plain.length, br: plain.length, gz: plain.length };
  if (plain.length < WORTH_IT) return sizes;
  const twins = {
    br: await brotli(plain, {
      params: {
        [zlib.constants.BROTLI_PARAM_QUALITY]: 11,
        [zlib.constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
      },
    }),
    gz: await gzip(plain, { level: 9 }),
  };
  for (const [extension, bytes] of Object.entries(twins)) {
    if (bytes.length >= plain.length) continue;
    await writeFile(`${to}.${extension}`, bytes);
    sizes[extension] = bytes.length;
  }
  return sizes;
}

const [out, ...sources] = process.argv.slice(2);
await rm(out, { recursive: true, force: true });
const total = { plain: 0, br: 0, gz: 0 };
let count = 0;
for (const source of sources) {
  const [name, folder] = source.split(/=(.*)/s);
  const files = await filesBelow(folder);
  const inside = new Set();
  for (const file of files.filter(file => file.endsWith('.css'))) {
    for (const [, part] of (await readFile(path.join(folder, file), 'utf8')).matchAll(IMPORT)) inside.add(path.join(path.dirname(file), part));
  }
  for (const file of files.filter(file => !inside.has(file))) {
    const sizes = await copyWithTwins(path.join(folder, file), path.join(out, name, file));
    for (const key of Object.keys(total)) total[key] += sizes[key];
    count += 1;
  }
}
const kB = bytes => `${(bytes / 1000).toFixed(1)} kB`;
console.log(`bundle: ${count} files, ${kB(total.plain)}, brotli ${kB(total.br)}, gzip ${kB(total.gz)}`);
