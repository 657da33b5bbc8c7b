// A GitHub for a test: `emulate`, a program that others wrote, on a free port of this machine, with one organisation
// and the repositories that a test asks for. Addresses of pages and of the API have the same origin here. In front of it
// stands what it lacks: GitHub answers 409 to Git data calls on a repository without commits, and lists the repositories of
// an organization (as its documentation of the REST API says).
//
// As a program it starts a host with the repositories that it is given, prints one line of JSON about it, and ends with
// its input.
import { createEmulator } from 'emulate';
import http from 'node:http';
import net from 'node:net';
import { pathToFileURL } from 'node:url';

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

/** Passes everything on, except Git data calls on a repository without commits and the list of `repositories`. */
function front(port, behind, repositories) {
  const server = http.createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = chunks.length ? Buffer.concat(chunks) : undefined;
    const { host, connection, 'content-length': length, 'transfer-encoding': encoding, ...headers } = request.headers;
    const repository = /^\/repos\/[^/]+\/[^/]+(?=\/git\/)/.exec(request.url)?.[0];
    try {
      if (request.url.startsWith(`/orgs/${OWNER.login}/repos?`)) {
        const ask = name => fetch(`${behind}/repos/${OWNER.login}/${name}`, { headers });
        const answers = await Promise.all(repositories.map(ask));
        response.writeHead(200, { 'content-type': 'application/json' });
        return response.end(JSON.stringify(await Promise.all(answers.filter(({ ok }) => ok).map(answer => answer.json()))));
      }
      if (repository && (await isEmpty(`${behind}${repository}/branches`, headers))) {
        response.writeHead(409, { 'content-type': 'application/json' });
        return response.end(JSON.stringify({ message: 'Git Repository is empty.' }));
      }
      const answer = await fetch(behind + request.url, { method: request.method, headers, body, redirect: 'manual' });
      const kept = [...answer.headers].filter(([name]) => !['content-encoding', 'content-length', 'transfer-encoding', 'connection'].includes(name));
      response.writeHead(answer.status, Object.fromEntries(kept));
      response.end(Buffer.from(await answer.arrayBuffer()));
    } catch (error) {
      response.writeHead(502).end(String(error));
    }
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', () => resolve(server));
  });
}

async function isEmpty(branches, headers) {
  const { authorization = '' } = headers;
  const answer = await fetch(branches, { headers: authorization ? { authorization } : {} });
  return answer.ok && (await answer.json()).length === 0;
}

export class GitHubPeer {
  #emulator;
  #front;

  constructor(emulator, front, port) {
    this.#emulator = emulator;
    this.#front = front;
    this.token = TOKEN;
    this.host = `127.0.0.1:${port}`;
    this.url = `http://${this.host}`;
  }

  /** Starts a host with these repositories of the organisation `acme`. */
  static async start(...repositories) {
    const [port, behind] = [await freePort(), await freePort()];
    const seed = {
      tokens: { [TOKEN]: { login: OWNER.user, scopes: ['repo', 'read:org'] } },
      github: {
        users: [
          { login: OWNER.user, name: 'Octo Admin', email: 'admin@example.com' },
          { login: 'octo-dev', name: 'Octo Dev', email: 'dev@example.com' },
        ],
        orgs: [{ login: OWNER.login, name: 'Acme', members: [{ login: OWNER.user, role: 'admin' }] }],
        repos: repositories.map(name => ({ owner: OWNER.login, name, auto_init: true })),
      },
    };
    const baseUrl = `http://127.0.0.1:${port}`;
    const emulator = await createEmulator({ service: 'github', port: behind, baseUrl, seed });
    return new GitHubPeer(emulator, await front(port, `http://127.0.0.1:${behind}`, repositories), port);
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
    this.#front.closeAllConnections();
    this.#front.close();
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

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const peer = await GitHubPeer.start(...process.argv.slice(2));
  console.log(JSON.stringify({ host: peer.host, url: peer.url, token: peer.token }));
  process.stdin.resume().once('end', () => process.exit(0));
}
