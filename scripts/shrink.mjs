// Makes a WebAssembly module smaller to send: empties what is never called, then optimises it.
//   node scripts/shrink.mjs FILE
//
// Every type of view carries the code for hydrating it bit by bit, which `hydrate_lazy` alone calls, and for filling it
// from a template; neither is used here. The linker must keep them, because they are reached through tables of functions;
// they are 12 % of the code. Were one of them called after all, the call would trap, and every browser test with it.
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(new URL('../end2end/package.json', import.meta.url));
const { default: binaryen } = await import(pathToFileURL(require.resolve('binaryen')));

const NEVER_CALLED = /hydrate_async|hydrate_from_template/;

const [file] = process.argv.slice(2);
const before = await readFile(file);
const module = binaryen.readBinary(before);
module.setFeatures(binaryen.Features.All);

let emptied = 0;
for (let index = 0; index < module.getNumFunctions(); index += 1) {
  const reference = module.getFunctionByIndex(index);
  const { name, module: importedFrom } = binaryen.getFunctionInfo(reference);
  if (importedFrom || !NEVER_CALLED.test(name)) continue;
  binaryen.Function.setBody(reference, module.unreachable());
  emptied += 1;
}
if (emptied === 0) {
  console.error(`shrink: no function of ${file} is called like ${NEVER_CALLED}. Were the names stripped, or did leptos rename them?`);
  process.exit(1);
}

// What is sent is compressed, and repetition compresses well: inlining and the strongest shrinking make fewer bytes here
// and more there.
binaryen.setOptimizeLevel(2);
binaryen.setShrinkLevel(1);
binaryen.setAlwaysInlineMaxSize(0);
binaryen.setOneCallerInlineMaxSize(0);
module.optimize();
// Writes no names.
binaryen.setDebugInfo(false);
const after = module.emitBinary();
await writeFile(file, after);
const kB = bytes => `${Math.round(bytes.length / 1000)} kB`;
console.log(`bundle: ${emptied} functions emptied, ${kB(before)} to ${kB(after)}`);
