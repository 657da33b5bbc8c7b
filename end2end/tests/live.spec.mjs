// An open page follows the catalog, and says when it can't.
import { connection, expect, live, test } from './fixtures.mjs';

test('a changed file shows on the open page', async ({ page, ownPortal }) => {
  await page.goto(`${ownPortal.url}/catalog/default/component/berth-booking`);
  await live(page);
  await page.evaluate(() => { window.sameDocument = true; });
  await ownPortal.edit('berth-booking/catalog-info.yaml', 'title: Berth Booking\n', 'title: Bunk Booking\n');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Bunk Booking');
  await expect(page.getByRole('region', { name: 'History' })).toContainText('metadata.title');
  expect(await page.evaluate(() => window.sameDocument)).toBe(true);
});

test('a page whose scripts come late follows as well', async ({ page, ownPortal }) => {
  let release;
  const held = new Promise(resolve => { release = resolve; });
  await page.route('**/drawn.js', async route => { await held; await route.continue(); });
  await page.goto(`${ownPortal.url}/catalog/default/component/berth-booking`, { waitUntil: 'commit' });
  await live(page);
  release();
  await page.evaluate(() => customElements.whenDefined('portico-html').then(() => {}));
  await ownPortal.edit('berth-booking/catalog-info.yaml', 'title: Berth Booking\n', 'title: Bunk Booking\n');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Bunk Booking');
});

test('a new file shows in the open list, and its removal too', async ({ page, ownPortal }) => {
  const entity = name => JSON.stringify({
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Domain',
    metadata: { name },
    spec: { owner: 'moonrail' },
  });
  await page.goto(`${ownPortal.url}/catalog?kind=Domain`);
  await live(page);
  await ownPortal.edit('landscape/domains.yaml', 'apiVersion:', `${entity('stargazing')}\n---\napiVersion:`);
  await expect(page.getByRole('rowheader', { name: /stargazing/ })).toBeVisible();
  await ownPortal.edit('landscape/domains.yaml', `${entity('stargazing')}\n---\n`, '');
  await expect(page.getByRole('rowheader', { name: /stargazing/ })).toHaveCount(0);
});

test('a broken file leaves what it brought, marked, until it is mended', async ({ page, ownPortal }) => {
  await page.goto(`${ownPortal.url}/catalog/default/component/fare-engine`);
  await live(page);
  await expect(page.getByRole('region', { name: /problem/ })).toHaveCount(0);
  await ownPortal.edit('fare-engine/catalog-info.yaml', 'spec:\n', 'spec: ]\n');
  await expect(page.getByRole('region', { name: /problem/ })).toContainText('fare-engine/catalog-info.yaml');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Fare Engine');
  await ownPortal.edit('fare-engine/catalog-info.yaml', 'spec: ]\n', 'spec:\n');
  await expect(page.getByRole('region', { name: /problem/ })).toHaveCount(0);
});

test('the page says when the server is gone, and finds it again', async ({ page, ownPortal }) => {
  await page.goto(`${ownPortal.url}/catalog/default/component/berth-booking`);
  await live(page);
  await ownPortal.stop();
  await expect(connection(page)).toHaveText(/^disconnected since \d\d:\d\d$/);
  await ownPortal.edit('berth-booking/catalog-info.yaml', 'title: Berth Booking\n', 'title: Bunk Booking\n');
  await ownPortal.run();
  await live(page);
  // What changed while the page was cut off is caught up on.
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Bunk Booking');
});

test('eight tabs share one event stream', async ({ context, ownPortal }) => {
  const streams = new Set();
  context.on('request', request => {
    if (request.url().endsWith('/api/portico/events')) streams.add(request);
  });
  for (const event of ['requestfinished', 'requestfailed']) context.on(event, request => streams.delete(request));

  const tabs = [];
  for (let number = 0; number < 8; number += 1) {
    const tab = await context.newPage();
    await tab.goto(`${ownPortal.url}/catalog/default/component/berth-booking`);
    await live(tab);
    tabs.push(tab);
  }
  expect(streams.size).toBe(1);
  await ownPortal.edit('berth-booking/catalog-info.yaml', 'title: Berth Booking\n', 'title: Bunk Booking\n');
  for (const tab of tabs) await expect(tab.getByRole('heading', { level: 1 })).toHaveText('Bunk Booking');

  await test.step('and another one takes over when the first closes', async () => {
    await tabs[0].close();
    await expect.poll(() => streams.size).toBe(1);
    await ownPortal.edit('berth-booking/catalog-info.yaml', 'title: Bunk Booking\n', 'title: Bed Booking\n');
    for (const tab of tabs.slice(1)) await expect(tab.getByRole('heading', { level: 1 })).toHaveText('Bed Booking');
  });
});

test.describe('an entity that goes while it is looked at', () => {
  // The browser tells as well that its page is not there any more.
  test.use({ provoked: /status of 404/ });

  test('leads to its history', async ({ page, ownPortal }) => {
    await page.goto(`${ownPortal.url}/catalog/default/component/berth-booking`);
    await live(page);
    await ownPortal.edit('berth-booking/catalog-info.yaml', 'name: berth-booking\n', 'name: bunk-booking\n');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Not in the catalog');
    await page.getByRole('link', { name: 'See what it was, and when it went' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('History of berth-booking');
  });
});
