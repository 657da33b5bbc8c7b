// A Git server for a test: Git's own `http-backend` on a free port, with empty repositories below /team. It asks for a name
// and a password.
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const USERNAME = 'octo';
const PASSWORD = 'portico-end2end';
const AUTHORIZATION = `Basic ${Buffer.from(`${USERNAME}:${PASSWORD}`).toString('base64')}`;

/** A request, answered by `git http-backend` over CGI. */
function answer(root, request, response) {
  if (request.headers.authorization !== AUTHORIZATION) {
    return response.writeHead(401, { 'www-authenticate': 'Basic realm="Git"' }).end();
  }
  const { pathname, search } = new URL(request.url, 'http://git');
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      REMOTE_USER: USERNAME,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: request.headers['git-protocol'] ?? '',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  // A program that does not read all of a request says so in its answer.
  backend.stdin.on('error', () => {});
  request.pipe(backend.stdin);
  const printed = [];
  backend.stdout.on('data', part => printed.push(part));
  backend.on('close', () => {
    const all = Buffer.concat(printed);
    const end = all.indexOf('\r\n\r\n');
    const headers = Object.fromEntries(all.subarray(0, end).toString().split('\r\n').map(line => line.split(': ', 2)));
    const { Status = '200', ...others } = headers;
    response.writeHead(parseInt(Status, 10), others).end(all.subarray(end + 4));
  });
}

export class GitPeer {
  #folder;
  #server;

  constructor(folder, server) {
    this.#folder = folder;
    this.#server = server;
    this.url = `http://127.0.0.1:${server.address().port}/team`;
  }

  /** Starts a server with these repositories, all of them empty. */
  static async start(...repositories) {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'portico-git-'));
    for (const name of repositories) await run('git', ['init', '--quiet', '--bare', path.join(folder, 'team', name)]);
    const server = http.createServer((request, response) => answer(folder, request, response));
    await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    return new GitPeer(folder, server);
  }

  /** What the configuration of a portal says about this server. */
  allowed() {
    return { url: this.url, username: USERNAME, password: PASSWORD };
  }

  /** What `git` says about a repository. */
  async git(repository, ...args) {
    const { stdout } = await run('git', args, { cwd: path.join(this.#folder, 'team', repository) });
    return stdout;
  }

  async stop() {
    this.#server.closeAllConnections();
    this.#server.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
