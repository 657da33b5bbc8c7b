// Makes a WebAssembly module smaller to send: empties what is never called, then optimises it.
//   node scripts/shrink.mjs FILE
//
// Every type of view carries the code for hydrating it bit by bit, which `hydrate_lazy` alone calls. The linker must keep
// it, because it is reached through tables of functions; it is a tenth of the code. Were it called after all, the call would
// trap, and every browser test with it. (Only the bodies of the futures: the functions that make them are like others, and
// the compiler makes one of those that are alike.)
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(new URL('../end2end/package.json', import.meta.url));
const { default: binaryen } = await import(pathToFileURL(require.resolve('binaryen')));

// What rustc emits and every browser of the last years knows; with more, binaryen would write modules that few can read.
const FEATURES = [
  'MutableGlobals', 'NontrappingFPToInt', 'SignExt', 'BulkMemory', 'BulkMemoryOpt', 'ReferenceTypes', 'Multivalue', 'CallIndirectOverlong',
];
const NEVER_CALLED = /IntoAny.*hydrate_async.*closure/;

const [file] = process.argv.slice(2);
const before = await readFile(file);
const module = binaryen.readBinary(before);
module.setFeatures(FEATURES.reduce((all, feature) => all | binaryen.Features[feature], 0));

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
