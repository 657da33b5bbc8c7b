// A portal of its own for a test: the built binary, a copy of the examples, an empty data folder, a free port.
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? path.join(root, 'target');
const binary = process.env.PORTICO_BINARY ?? path.join(target, 'debug/portico');

// A debug build on a busy machine takes its time; a portal that is not ready by then never will be.
const READY_WITHIN_MS = 60_000;

export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Asks again until `condition` holds, and says what it waited for when it never does. */
export async function eventually(what, condition, within = READY_WITHIN_MS) {
  const deadline = Date.now() + within;
  for (;;) {
    const result = await condition();
    if (result) return result;
    if (Date.now() > deadline) throw new Error(`waited ${within} ms in vain for ${what}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

export class Portal {
  #child = null;

  constructor(folder, port) {
    this.folder = folder;
    this.catalog = path.join(folder, 'catalog');
    this.log = path.join(folder, 'portico.log');
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Starts a portal over a copy of the examples; `more` are further sections of its configuration. */
  static async start(more = {}) {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'portico-end2end-'));
    const portal = new Portal(folder, await freePort());
    await cp(path.join(root, 'examples'), portal.catalog, { recursive: true });
    const config = {
      app: { title: 'Moonrail Portal' },
      organization: { name: 'Moonrail' },
      backend: {
        baseUrl: portal.url,
        listen: `127.0.0.1:${portal.port}`,
        database: { client: 'better-sqlite3', connection: { directory: path.join(folder, 'data') } },
      },
      ...more,
    };
    // JSON is YAML.
    await writeFile(path.join(folder, 'app-config.yaml'), JSON.stringify(config, null, 2));
    await portal.run();
    return portal;
  }

  /** Starts the process again, on the same port and data. */
  async run() {
    const args = ['serve', '--config', path.join(this.folder, 'app-config.yaml'), '--catalog', this.catalog];
    const child = spawn(binary, args, { cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    const log = createWriteStream(this.log, { flags: 'a' });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    let failure;
    child.once('error', error => { failure = `${binary}: ${error.message}`; });
    child.once('exit', code => { failure ??= `it ended with code ${code}`; });
    try {
      await eventually('/readyz', async () => {
        if (failure) throw new Error(failure);
        return fetch(`${this.url}/readyz`).then(response => response.ok, () => false);
      });
    } catch (error) {
      throw new Error(`the portal did not start: ${error.message}\n${await this.#tail()}`);
    }
  }

  /** Ends the process as a service manager would, and waits until it is gone. */
  async stop() {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise(resolve => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
  }

  /** Ends the process and removes its files. */
  async remove() {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Writes a file of the catalog. */
  async write(name, text) {
    await writeFile(path.join(this.catalog, name), text);
  }

  /** Replaces words in a file of the catalog. */
  async edit(name, from, to) {
    const file = path.join(this.catalog, name);
    const text = await readFile(file, 'utf8');
    if (!text.includes(from)) throw new Error(`${name} does not contain ${JSON.stringify(from)}`);
    await writeFile(file, text.replace(from, to));
  }

  async #tail() {
    const text = await readFile(this.log, 'utf8').catch(() => '');
    return text.split('\n').slice(-20).join('\n');
  }
}
