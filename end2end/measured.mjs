// What the measurements by hand share: a portal of a release build over a generated catalog, a browser, figures.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

/** The arguments of the command line: those that all measurements have, and `more`. */
export function options(more = {}) {
  const { values } = parseArgs({
    options: {
      catalog: { type: 'string' },
      portico: { type: 'string', default: '../target/release/portico' },
      port: { type: 'string', default: '7398' },
      chromium: { type: 'string', default: '/usr/bin/chromium' },
      ...more,
    },
  });
  if (!values.catalog) throw new Error('Name a generated catalog: --catalog FOLDER');
  return { ...values, url: `http://127.0.0.1:${values.port}` };
}

/** Starts a portal on an empty database, hands over when it is ready, and leaves nothing behind. */
export async function withPortal({ catalog, portico, port, url }, measure) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'portico-measured-'));
  const config = path.join(folder, 'app-config.yaml');
  await writeFile(config, JSON.stringify({
    app: { title: 'Measured' },
    backend: {
      listen: `127.0.0.1:${port}`,
      database: { client: 'better-sqlite3', connection: { directory: path.join(folder, 'data') } },
    },
  }));
  const portal = spawn(path.resolve(portico), ['serve', '--config', config, '--catalog', path.resolve(catalog)], { stdio: 'ignore' });
  try {
    for (;;) {
      if (portal.exitCode !== null) throw new Error(`the portal ended with code ${portal.exitCode}`);
      if (await fetch(`${url}/readyz`).then(response => response.ok, () => false)) break;
      await new Promise(resolve => setTimeout(resolve, 200));
    }
    await measure();
  } finally {
    if (portal.exitCode === null) {
      portal.kill('SIGTERM');
      await new Promise(resolve => portal.once('exit', resolve));
    }
    await rm(folder, { recursive: true, force: true });
  }
}

export const launch = executablePath => chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

/** Some references of components, spread over the whole catalog. */
export async function components(url, count) {
  const query = `${url}/api/catalog/entities/by-query?filter=kind=component&fields=kind,metadata.name,metadata.namespace&limit=1`;
  const { totalItems } = await fetch(query).then(response => response.json());
  const refs = [];
  for (let number = 0; number < count; number += 1) {
    const { items } = await fetch(`${query}&offset=${Math.floor((number + 0.5) / count * totalItems)}`).then(response => response.json());
    refs.push({ namespace: items[0].metadata.namespace ?? 'default', name: items[0].metadata.name });
  }
  return { totalItems, refs };
}

export const quantile = (numbers, part) => [...numbers].sort((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * part))];
export const row = (...cells) => console.log(`| ${cells.join(' | ')} |`);
