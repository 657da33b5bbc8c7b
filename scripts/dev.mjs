// The edit loop behind `make dev`: builds, serves on http://localhost:7007, and after each save rebuilds what is
// concerned, restarts the server and reloads the open pages. A build that fails leaves the last good one running.
//
// In front of the server stands a small proxy. It holds requests back while the server restarts, and adds three lines
// to /live.js, which every page loads, so that the product itself needs no code for reloading.
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';

const root = path.join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
const target = process.env.CARGO_TARGET_DIR ?? path.join(root, 'target');
const address = { host: '127.0.0.1', port: 7007 };
const serveArguments = process.argv.slice(2);

// Which saved files concern the bundle, which the server; styles and public files are read from disk anyway.
const BUNDLE = /^(app|frontend|crates\/model)\//;
const SERVER = /^(app|crates|server)\//;
const WATCHED = ['app', 'frontend', 'crates', 'server', 'style', 'public'];
// Editors save in several steps; what follows within this time belongs together.
const CALM_MS = 150;

const environment = { ...process.env };
// Trunk refuses NO_COLOR=1; a name for the output would move the bundle away from /pkg/frontend.js.
delete environment.NO_COLOR;
delete environment.LEPTOS_OUTPUT_NAME;

function run(command, args) {
  return new Promise(resolve => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: environment });
    child.on('error', error => { console.error(`dev: ${command}: ${error.message}`); resolve(false); });
    child.on('exit', code => resolve(code === 0));
  });
}

const freePort = () => new Promise((resolve, reject) => {
  const probe = net.createServer().once('error', reject);
  probe.listen(0, address.host, () => { const { port } = probe.address(); probe.close(() => resolve(port)); });
});

// The running server: its process, its port, and a promise that its page can be asked for.
let server = { child: null, port: 0, ready: Promise.resolve() };

async function isReady(port) {
  try {
    return (await fetch(`http://${address.host}:${port}/readyz`)).ok;
  } catch {
    return false;
  }
}

async function restart() {
  let opened;
  server.ready = new Promise(resolve => { opened = resolve; });
  if (server.child && server.child.exitCode === null) {
    const gone = new Promise(resolve => server.child.once('exit', resolve));
    server.child.kill('SIGTERM');
    await gone;
  }
  server.port ||= await freePort();
  const args = ['serve', ...serveArguments, '--port', String(server.port)];
  const child = spawn(path.join(target, 'debug/portico'), args, { cwd: root, stdio: 'inherit', env: environment });
  server.child = child;
  while (child.exitCode === null && !(await isReady(server.port))) {
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  opened();
}

async function build({ bundle, binary }) {
  if (bundle && !(await run('trunk', ['build']))) return false;
  return !binary || run('cargo', ['build', '--package', 'server']);
}

const openPages = new Set();
function reloadPages() {
  for (const page of openPages) page.write('data: reload\n\n');
}

const RELOAD = '\nnew EventSource("/dev/reload").onmessage = () => location.reload();\n';

function proxy(request, response) {
  if (request.url === '/dev/reload') {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }).write(':\n\n');
    openPages.add(response);
    response.on('close', () => openPages.delete(response));
    return;
  }
  const isLive = request.url === '/live.js';
  server.ready.then(() => {
    const headers = { ...request.headers };
    if (isLive) for (const name of ['accept-encoding', 'if-none-match']) delete headers[name];
    const options = { host: address.host, port: server.port, method: request.method, path: request.url, headers };
    const onward = http.request(options, answer => {
      if (isLive) delete answer.headers['content-length'];
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response, { end: !isLive });
      if (isLive) answer.on('end', () => response.end(RELOAD));
    });
    onward.on('error', () => { response.headersSent ? response.destroy() : response.writeHead(502).end('dev: no server\n'); });
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
}

let saved = new Set();
let timer;
let busy = false;
async function onSaved() {
  if (busy || saved.size === 0) return;
  busy = true;
  const files = [...saved];
  saved = new Set();
  console.log(`dev: saved ${files.slice(0, 3).join(', ')}${files.length > 3 ? ', ...' : ''}`);
  const concerned = { bundle: files.some(file => BUNDLE.test(file)), binary: files.some(file => SERVER.test(file)) };
  if (await build(concerned)) {
    if (concerned.binary) await restart();
    reloadPages();
    console.log('dev: up to date');
  }
  busy = false;
  onSaved();
}

for (const folder of WATCHED) {
  watch(path.join(root, folder), { recursive: true }, (_, name) => {
    if (!name || /(~|\.swp|\.tmp|\.snap\.new)$|(^|\/)\.#?|4913$/.test(name)) return;
    saved.add(`${folder}/${name}`);
    clearTimeout(timer);
    timer = setTimeout(onSaved, CALM_MS);
  });
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => { server.child?.kill('SIGTERM'); process.exit(0); });
}

if (!(await build({ bundle: true, binary: true }))) process.exit(1);
await restart();
http.createServer(proxy).on('error', error => {
  console.error(`dev: ${error.message}`);
  server.child?.kill('SIGTERM');
  process.exit(1);
}).listen(address.port, address.host, () => console.log(`dev: http://localhost:${address.port}, reloading on save`));
