// A GitHub for a test: `emulate`, a program that others wrote, on a free port of this machine, with one organisation
// and the repositories that a test asks for. Addresses of pages and of the API have the same origin here.
import { createEmulator } from 'emulate';
import net from 'node:net';

const TOKEN = 'ghp_portico_end2end';
const OWNER = { login: 'acme', user: 'octo-admin' };

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

export class GitHubPeer {
  #emulator;

  constructor(emulator, port) {
    this.#emulator = emulator;
    this.token = TOKEN;
    this.host = `127.0.0.1:${port}`;
    this.url = `http://${this.host}`;
  }

  /** Starts a host with these repositories of the organisation `acme`. */
  static async start(...repositories) {
    const port = await freePort();
    const seed = {
      tokens: { [TOKEN]: { login: OWNER.user, scopes: ['repo', 'read:org'] } },
      github: {
        users: [{ login: OWNER.user, name: 'Octo Admin', email: 'admin@example.com' }],
        orgs: [{ login: OWNER.login, name: 'Acme', members: [{ login: OWNER.user, role: 'admin' }] }],
        repos: repositories.map(name => ({ owner: OWNER.login, name, auto_init: true })),
      },
    };
    return new GitHubPeer(await createEmulator({ service: 'github', port, seed }), port);
  }

  /** The address of a file, as a person copies it from the browser. */
  page(repository, path) {
    return `${this.url}/acme/${repository}/blob/main/${path}`;
  }

  /** Writes a file, new or changed. */
  async write(repository, path, text) {
    const address = `${this.url}/repos/acme/${repository}/contents/${path}`;
    const before = await this.#ask(address);
    const body = {
      message: `Write ${path}`,
      branch: 'main',
      content: Buffer.from(text).toString('base64'),
      sha: before.status === 200 ? (await before.json()).sha : undefined,
    };
    await this.#done(await this.#ask(address, 'PUT', body));
  }

  /** Deletes a file. */
  async remove(repository, path) {
    const address = `${this.url}/repos/acme/${repository}/contents/${path}`;
    const { sha } = await (await this.#ask(address)).json();
    await this.#done(await this.#ask(address, 'DELETE', { message: `Delete ${path}`, branch: 'main', sha }));
  }

  /** What the configuration of a portal says about this host. */
  integration() {
    return { host: this.host, apiBaseUrl: this.url, token: TOKEN };
  }

  async stop() {
    await this.#emulator.close();
  }

  #ask(address, method = 'GET', body) {
    return fetch(address, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
  }

  async #done(response) {
    if (!response.ok) throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
  }
}
