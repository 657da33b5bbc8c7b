// What pages say when something between them and the catalog fails: the server, the network, or the time that an answer takes.
import { choose, findings, THEMES } from './checks.mjs';
import { connection, expect, live, test } from './fixtures.mjs';

// The browser tells as well what the test does to it.
test.use({ provoked: /Failed to load resource/ });

const PAGES = [
  { name: 'catalog', from: '/problems', link: 'Catalog', of: 'list', heading: 'Catalog' },
  { name: 'graph', from: '/problems', link: 'Graph', of: 'graph', heading: 'Graph' },
  { name: 'problems', from: '/catalog', link: 'Problems', of: 'page', heading: 'Problems' },
];

/** Goes to a page by its link in the header. */
const follow = (page, link) => page.getByRole('banner').getByRole('link', { name: link }).first().click();

for (const { name, from, link, of, heading } of PAGES) {
  const answers = `**/api/portico/ui/${of}`;

  for (const theme of THEMES) {
    test(`${name}, ${theme.name}: axe finds nothing in its failure`, async ({ page, baseURL }) => {
      await choose(page, theme, baseURL);
      await page.goto(from);
      await live(page);
      await page.route(answers, route => route.abort('connectionfailed'));
      await follow(page, link);
      await expect(page.getByRole('alert')).toBeVisible();
      expect(await findings(page)).toEqual([]);
    });
  }

  test(`${name}: a server error says what to do, and the way back works`, async ({ page }) => {
    await page.goto(from);
    await live(page);
    await page.route(answers, route => route.fulfill({ status: 500, contentType: 'text/html', body: '<h1>502 Bad Gateway</h1>' }));
    await follow(page, link);
    const failure = page.getByRole('alert');
    await expect(failure).toContainText('Not available right now');
    await expect(failure).toContainText('Wait a moment, then try again.');
    await page.unroute(answers);
    await failure.getByRole('link', { name: 'Try again' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading);
    await expect(page.getByRole('alert')).toHaveCount(0);
  });

  test(`${name}: a lost connection says so`, async ({ page }) => {
    await page.goto(from);
    await live(page);
    await page.route(answers, route => route.abort('connectionfailed'));
    await follow(page, link);
    await expect(page.getByRole('alert')).toContainText('The server did not answer');
    await expect(page.getByRole('alert')).toContainText('Check your connection');
  });

  test(`${name}: a slow answer shows that something comes`, async ({ page }) => {
    await page.goto(from);
    await live(page);
    let answer;
    const held = new Promise(resolve => { answer = resolve; });
    await page.route(answers, async route => { await held; await route.continue(); });
    await follow(page, link);
    await expect(page.locator('.skeleton').first()).toBeVisible();
    answer();
    await expect(page.locator('.skeleton')).toHaveCount(0);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading);
  });
}

test('what was seen stays, with a notice, when it cannot be brought up to date', async ({ page, ownPortal }) => {
  await page.goto(`${ownPortal.url}/catalog/default/component/berth-booking`);
  await live(page);
  await page.route('**/api/portico/ui/page', route => route.abort('connectionfailed'));
  await ownPortal.edit('berth-booking/catalog-info.yaml', 'title: Berth Booking\n', 'title: Bunk Booking\n');
  await expect(page.getByText('What you see may be out of date.')).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Berth Booking');
  await page.unroute('**/api/portico/ui/page');
  await page.getByRole('link', { name: 'Reload' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Bunk Booking');
});

test('what is being typed outlasts a restart of the server', async ({ page, ownPortal }) => {
  await page.goto(`${ownPortal.url}/problems`);
  await live(page);
  await page.evaluate(() => { window.sameDocument = true; });
  const field = page.getByRole('searchbox', { name: 'Search problems' });
  await ownPortal.stop();
  await expect(connection(page)).toHaveText(/^disconnected since/);
  await page.keyboard.press('v');
  await page.keyboard.type('Half a title');
  await ownPortal.run();
  await live(page);
  await expect(page.getByLabel('Title of the view')).toHaveValue('Half a title');
  await page.keyboard.press('Escape');
  await field.fill('yaml');
  await expect(page).toHaveURL(/text=yaml/);
  expect(await page.evaluate(() => window.sameDocument)).toBe(true);
});

test('a page of another version of the server says to reload', async ({ page }) => {
  await page.goto('/problems');
  await live(page);
  await page.route('**/api/portico/ui/list', route => route.fulfill({ status: 200, contentType: 'application/json', body: '{"rows":1}' }));
  await follow(page, 'Catalog');
  await expect(page.getByRole('alert')).toContainText('The server was updated while this page was open. Reload the page.');
});

test('a view that cannot be sent stays, with its title', async ({ page }) => {
  await page.goto('/problems');
  await live(page);
  await page.route('**/api/portico/ui/save-view', route => route.abort('connectionfailed'));
  await page.keyboard.press('v');
  await page.keyboard.type('Half a title');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toHaveText('The server did not answer. Check your connection, then send it again.');
  await expect(page.getByLabel('Title of the view')).toHaveValue('Half a title');
});

test('the palette says that entities cannot be searched, and opens pages all the same', async ({ page }) => {
  await page.goto('/problems');
  await live(page);
  await page.route('**/api/portico/ui/palette', route => route.abort('connectionfailed'));
  await page.keyboard.press('Control+k');
  await page.keyboard.type('catalog');
  await expect(page.getByText('Entities cannot be searched right now. Pages and actions work.')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/catalog');
});

test('what is said of a lost connection covers nothing in the bar', async ({ page, ownPortal }) => {
  await page.goto(ownPortal.url);
  await live(page);
  await ownPortal.stop();
  await expect(connection(page)).toHaveText(/^disconnected since/);
  const said = await connection(page).boundingBox();
  const bar = await page.getByRole('banner').boundingBox();
  expect(said.y).toBeGreaterThanOrEqual(bar.y + bar.height);
});
