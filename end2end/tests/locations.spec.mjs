// Registering and cleaning up, against a portal that reads from a GitHub of its own.
import { test as base, expect } from './fixtures.mjs';
import { GitHubPeer } from '../github-peer.mjs';
import { Portal, eventually } from '../portal.mjs';

const component = (name, owner = 'group:default/onboard') => `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: ${name}
spec:
  type: service
  lifecycle: production
  owner: ${owner}
`;

const test = base.extend({
  github: [
    async ({}, use) => {
      const github = await GitHubPeer.start('shop', 'many', 'empty');
      await github.write('shop', 'catalog-info.yaml', `${component('web-shop')}---\n${component('web-cart')}`);
      await github.write('many', 'a/catalog-info.yaml', component('part-a'));
      await github.write('many', 'b/catalog-info.yaml', component('part-b'));
      await use(github);
      await github.stop();
    },
    { timeout: 120_000 },
  ],
  /** A portal that reads from that host, and whose passes over addresses are a second apart. */
  reader: [
    async ({ github, console }, use) => {
      const portal = await Portal.start({
        integrations: { github: [github.integration()] },
        catalog: { processingInterval: '1s', locations: [] },
      });
      await use(portal);
      console.matters = false;
      await portal.remove();
    },
    { timeout: 120_000 },
  ],
});

const entity = (portal, name) => fetch(`${portal.url}/api/catalog/entities/by-name/component/default/${name}`);
const exists = (portal, name) => async () => (await entity(portal, name)).status === 200;
const isGone = (portal, name) => async () => (await entity(portal, name)).status === 404;

test('an address is looked at, registered, and unregistered again', async ({ page, github, reader }) => {
  await page.goto(`${reader.url}/locations`);
  await page.getByRole('link', { name: 'Register a location' }).click();
  await page.getByLabel('Address of a descriptor file').fill(github.page('shop', 'catalog-info.yaml'));
  await page.getByRole('button', { name: 'Look what it brings' }).click();
  await expect(page.getByText('2 entities in 1 file')).toBeVisible();
  await expect(page.getByRole('row', { name: /web-cart/ })).toContainText('New');
  expect((await entity(reader, 'web-shop')).status, 'a look registers nothing').toBe(404);

  await page.getByRole('button', { name: 'Register this location' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Registered' })).toBeVisible();
  const found = await entity(reader, 'web-shop');
  expect(found.status, 'it is there at once').toBe(200);
  const { annotations } = (await found.json()).metadata;
  expect(annotations['backstage.io/managed-by-location']).toBe(`url:${github.page('shop', 'catalog-info.yaml')}`);
  expect(annotations['backstage.io/source-location']).toBe(`url:${github.url}/acme/shop/tree/main/`);
  expect(annotations['backstage.io/edit-url']).toBe(`${github.url}/acme/shop/edit/main/catalog-info.yaml`);

  await page.getByRole('link', { name: /^Unregister/ }).click();
  await expect(page.getByRole('heading', { name: 'Unregister this location?' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'component:default/web-shop' })).toBeVisible();
  await page.getByRole('button', { name: 'Unregister' }).click();
  await expect(page.getByRole('link', { name: 'Register it again' })).toBeVisible();
  await eventually('the entity to go', isGone(reader, 'web-shop'));
});

test('a repository stands for all descriptors in it, and follows them', async ({ github, reader, page }) => {
  await page.goto(`${reader.url}/catalog-import?url=${encodeURIComponent(`${github.url}/acme/many`)}`);
  await expect(page.getByText('2 entities in 2 files')).toBeVisible();
  await page.getByRole('button', { name: 'Register this location' }).click();
  await eventually('both', async () => (await exists(reader, 'part-a')()) && exists(reader, 'part-b')());
  await github.write('many', 'c/catalog-info.yaml', component('part-c'));
  await eventually('a new file', exists(reader, 'part-c'));
  await github.remove('many', 'a/catalog-info.yaml');
  await eventually('a file that went', isGone(reader, 'part-a'));
});

test('a host that is away removes nothing, and the page says when it is tried again', async ({ github, reader, page }) => {
  const register = await fetch(`${reader.url}/api/catalog/locations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'url', target: github.page('shop', 'catalog-info.yaml') }),
  });
  expect(register.status).toBe(201);
  await eventually('the entity', exists(reader, 'web-shop'));
  await github.stop();
  await page.goto(`${reader.url}/problems`);
  await expect(page.getByText('the host cannot be reached').first()).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(/It is tried again at/).first()).toBeVisible();
  expect((await entity(reader, 'web-shop')).status).toBe(200);
});

test('the API answers as Backstage does', async ({ github, reader }) => {
  const post = (path, body) => fetch(`${reader.url}/api/catalog${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const target = github.page('shop', 'catalog-info.yaml');
  const dry = await post('/locations?dryRun=true', { type: 'url', target });
  expect(dry.status).toBe(201);
  const looked = await dry.json();
  expect(looked.exists).toBe(false);
  expect(looked.entities.map(entity => entity.kind)).toEqual(['Location', 'Component', 'Component']);
  expect((await post('/locations', { type: 'url', target })).status).toBe(201);
  expect((await post('/locations', { type: 'url', target })).status).toBe(409);
  expect((await post('/locations', { type: 'file', target: '/etc/passwd' })).status).toBe(400);
  for (const address of ['http://127.0.0.1:1/x', 'http://169.254.169.254/latest', 'http://2130706433/x', 'https://[::ffff:10.0.0.1]/x']) {
    expect((await post('/locations?dryRun=true', { type: 'url', target: address })).status, address).toBe(400);
  }
  const analysis = await (await post('/analyze-location', { location: { type: 'url', target: `${github.url}/acme/many` } })).json();
  expect(analysis.existingEntityFiles.map(file => file.entity.metadata.name).sort()).toEqual(['part-a', 'part-b']);
  const none = await (await post('/analyze-location', { location: { type: 'url', target: `${github.url}/acme/empty` } })).json();
  expect(none.generateEntities[0].entity.metadata.annotations).toEqual({ 'github.com/project-slug': 'acme/empty' });
  const locations = await (await fetch(`${reader.url}/api/catalog/locations`)).json();
  expect(locations).toHaveLength(1);
  const { id } = locations[0].data;
  expect((await fetch(`${reader.url}/api/catalog/locations/${id}`, { method: 'DELETE' })).status).toBe(204);
  expect((await fetch(`${reader.url}/api/catalog/locations/${id}`, { method: 'DELETE' })).status).toBe(404);
});

test('the pages work without scripts', async ({ browser, github, reader }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${reader.url}/catalog-import`);
  await page.getByLabel('Address of a descriptor file').fill(github.page('shop', 'catalog-info.yaml'));
  await page.getByRole('button', { name: 'Look what it brings' }).click();
  await page.getByRole('button', { name: 'Register this location' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Locations' })).toBeVisible();
  await page.goto(`${reader.url}/catalog/default/component/web-shop`);
  await page.getByRole('link', { name: 'Unregister…' }).click();
  await page.getByRole('button', { name: 'Unregister' }).click();
  await expect(page.getByRole('link', { name: 'Register it again' })).toBeVisible();
  await context.close();
});
