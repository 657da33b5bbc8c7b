// Copies folders into one and puts a brotli and a gzip twin beside each file that gets smaller by it.
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

async function copyWithTwins(from, to) {
  const plain = await readFile(from);
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
  for (const file of await filesBelow(folder)) {
    const sizes = await copyWithTwins(path.join(folder, file), path.join(out, name, file));
    for (const key of Object.keys(total)) total[key] += sizes[key];
    count += 1;
  }
}
const kB = bytes => `${(bytes / 1000).toFixed(1)} kB`;
console.log(`bundle: ${count} files, ${kB(total.plain)}, brotli ${kB(total.br)}, gzip ${kB(total.gz)}`);
