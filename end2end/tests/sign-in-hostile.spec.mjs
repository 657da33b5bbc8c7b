// Sign-in against a provider that lies, and against people who try.
import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Portal } from '../portal.mjs';
import { CLIENT_SECRET, lyingProvider, signInWith } from '../provider.mjs';
import { expect, test as base } from './fixtures.mjs';

const test = base.extend({
  provider: [
    async ({}, use) => {
      const provider = await lyingProvider();
      await use(provider);
      provider.stop();
    },
    { timeout: 120_000 },
  ],
  home: [
    async ({ provider, console }, use) => {
      const portal = await Portal.start(signInWith(provider.issuer, { timeout: { seconds: 1 } }));
      await use(portal);
      console.matters = false;
      await portal.remove();
    },
    { timeout: 120_000 },
  ],
  baseURL: async ({ home }, use) => use(home.url),
});

// The provider has no such thing.
test.use({ provoked: /favicon\.ico/ });

const go = (url, cookie = '') => fetch(url, { redirect: 'manual', headers: { cookie } });
const cookiesOf = answer => answer.headers.getSetCookie().map(cookie => cookie.split(';')[0]).join('; ');
const session = answer => answer.headers.getSetCookie().find(cookie => /^portico-session=./.test(cookie));

/** Begins a sign-in, and tells the provider of it. */
async function begin(home, target = '/catalog') {
  const answer = await go(`${home.url}/api/auth/oidc/start?env=test&flow=redirect&redirectUrl=${encodeURIComponent(target)}`);
  expect(answer.status).toBe(303);
  const location = new URL(answer.headers.get('location'));
  if (location.pathname === '/auth') await go(location);
  return { location, state: location.searchParams.get('state'), cookie: cookiesOf(answer) };
}

const reply = (home, query, cookie) => go(`${home.url}/api/auth/oidc/handler/frame?${new URLSearchParams(query)}`, cookie);

let codes = 0;
const code = () => `code-${(codes += 1)}`;

async function finish(home, target) {
  const { state, cookie } = await begin(home, target);
  return reply(home, { code: code(), state }, cookie);
}

test('an honest answer signs in, with PKCE', async ({ home, provider }) => {
  const { location } = await begin(home);
  expect(location.searchParams.get('code_challenge_method')).toBe('S256');
  expect(location.searchParams.get('scope')).toBe('openid profile email');
  expect(location.searchParams.get('redirect_uri')).toBe(`${home.url}/api/auth/oidc/handler/frame`);
  const answer = await finish(home);
  expect(answer.headers.get('location')).toBe('/catalog');
  expect(provider.verified).toBe(true);
  expect(session(answer)).toMatch(/^portico-session=[\w-]{43}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Lax$/);
});

test('nobody is led out of the portal', async ({ home }) => {
  for (const target of ['//evil.example', 'https://evil.example/', '/\\evil.example', '/\t/evil.example', 'javascript:alert(1)', '/api/auth/oidc/start']) {
    const answer = await finish(home, target);
    expect(answer.headers.get('location'), target).toBe('/');
  }
});

test('a lie signs nobody in', async ({ home, provider }) => {
  const hour = 3600;
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const lies = {
    'another nonce': claims => { claims.nonce = 'another'; },
    'no nonce': claims => { delete claims.nonce; },
    'another portal': claims => { claims.aud = 'another'; },
    'another issuer': claims => { claims.iss = 'https://evil.example'; },
    'an old token': claims => { claims.exp -= hour; claims.iat -= hour; },
    'a token of tomorrow': claims => { claims.iat += hour; claims.exp += hour; },
    'no signature': (_, header) => { header.alg = 'none'; },
    'a signature with the secret': (_, header) => { header.alg = 'HS256'; },
    'an unknown key': (_, header) => { header.kid = 'unknown'; },
  };
  for (const [name, lie] of Object.entries(lies)) {
    provider.lie = lie;
    const answer = await finish(home);
    expect(answer.headers.get('location'), name).toBe('/sign-in?error=proof');
    expect(session(answer), name).toBeUndefined();
  }
  provider.lie = () => {};
  provider.key = other;
  expect((await finish(home)).headers.get('location'), 'another key').toBe('/sign-in?error=proof');
});

test('clocks may differ a little', async ({ home, provider }) => {
  provider.lie = claims => { claims.iat += 15; };
  expect((await finish(home)).headers.get('location')).toBe('/catalog');
  provider.lie = claims => { claims.exp = claims.iat - 15; };
  expect((await finish(home)).headers.get('location')).toBe('/catalog');
});

test('a reply counts once, in its browser, with its state, from its issuer', async ({ home, provider }) => {
  const first = await begin(home);
  const second = await begin(home);
  const asked = provider.answers.token;
  const attempts = {
    'no state': [{ code: code() }, first.cookie],
    'a made-up state': [{ code: code(), state: 'made-up' }, first.cookie],
    'no cookie': [{ code: code(), state: first.state }, ''],
    'the cookie of another sign-in': [{ code: code(), state: first.state }, second.cookie.replace(/^[^=]+/, first.cookie.split('=')[0])],
    'NUL': [{ code: code(), state: '\0' }, first.cookie],
  };
  for (const [name, [query, cookie]] of Object.entries(attempts)) {
    const answer = await reply(home, query, cookie);
    expect(answer.headers.get('location'), name).toBe('/sign-in?error=expired');
  }
  expect(provider.answers.token, 'the provider was asked for none of them').toBe(asked);

  const good = { code: code(), state: second.state };
  expect((await reply(home, { ...good, iss: 'https://evil.example' }, second.cookie)).headers.get('location')).toBe('/sign-in?error=proof');
  expect((await reply(home, { ...good, iss: provider.issuer }, second.cookie)).headers.get('location'), 'it is used up').toBe('/sign-in?error=expired');

  const third = await begin(home);
  const once = { code: code(), state: third.state, iss: provider.issuer };
  expect((await reply(home, once, third.cookie)).headers.get('location')).toBe('/catalog');
  expect((await reply(home, once, third.cookie)).headers.get('location')).toBe('/sign-in?error=expired');
  const fourth = await begin(home);
  expect((await reply(home, { ...once, state: fourth.state }, fourth.cookie)).headers.get('location'), 'a used code').toBe('/sign-in?error=expired');
});

test('a session that the browser had before ends, and its token is not kept', async ({ home }) => {
  const first = session(await finish(home)).split(';')[0];
  const { state, cookie } = await begin(home);
  const answer = await reply(home, { code: code(), state }, `${cookie}; ${first}`);
  const second = session(answer).split(';')[0];
  expect(second).not.toBe(first);
  const entities = `${home.url}/api/catalog/entities?limit=1`;
  expect((await go(entities, second)).status).toBe(200);
  expect((await go(entities, first)).status, 'the old one').toBe(401);
  const planted = `portico-session=${'a'.repeat(43)}`;
  const third = await begin(home);
  const fixed = await reply(home, { code: code(), state: third.state }, `${third.cookie}; ${planted}`);
  expect(session(fixed)).not.toContain(planted);
  expect((await go(entities, planted)).status, 'a planted one').toBe(401);
});

test('what the provider says is text', async ({ page, home }) => {
  await page.goto(`${home.url}/sign-in`);
  const [answer] = await Promise.all([
    page.waitForRequest(request => request.url().includes('state=')),
    page.getByRole('link', { name: /^Sign in with/ }).click(),
  ]);
  const state = new URL(answer.url()).searchParams.get('state');
  const words = '<img src=x onerror=alert(1)>\r\nSet-Cookie: evil=1';
  await page.goto(`${home.url}/api/auth/oidc/handler/frame?${new URLSearchParams({ error: 'access_denied', error_description: words, state })}`);
  await expect(page).toHaveURL('/sign-in?error=refused');
  await expect(page.getByRole('alert')).toContainText('It said: <img src=x onerror=alert(1)>  Set-Cookie: evil=1');
  await expect(page.getByRole('alert').locator('img')).toHaveCount(0);
});

test('a provider that is down, slow, huge or elsewhere stops neither the portal nor the page', async ({ home, provider }) => {
  const answers = {
    'too slow': () => {},
    'too long': response => response.end('x'.repeat(2_000_000)),
    'elsewhere': response => response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
    'not JSON': response => response.end('<html>'),
  };
  for (const [name, answer] of Object.entries(answers)) {
    provider.answer = answer;
    expect((await finish(home)).headers.get('location'), name).toBe('/sign-in?error=provider');
  }
  provider.stop();
  await home.stop();
  await home.run();
  const answer = await go(`${home.url}/api/auth/oidc/start`);
  expect(answer.headers.get('location')).toBe('/sign-in?error=provider');
  const log = await readFile(home.log, 'utf8');
  for (const secret of [CLIENT_SECRET, 'a-secret-access-token']) expect(log).not.toContain(secret);
});
