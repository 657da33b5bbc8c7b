// What WebAssembly adds to the pages that the server rendered.
import { expect, live, PAGES, test } from './fixtures.mjs';

for (const { name, path, heading, status } of PAGES) {
  test(`${name}: hydrates without a complaint`, async ({ page }) => {
    const response = await page.goto(path);
    expect(response.status()).toBe(status);
    await live(page);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading);
  });
}

test('the first page loads only what it declares', async ({ page, portal }) => {
  const foreign = [];
  page.on('request', request => {
    if (!request.url().startsWith(portal.url)) foreign.push(request.url());
  });
  await page.goto('/');
  await live(page);
  expect(foreign).toEqual([]);
});

test('colours change at once and stay', async ({ page, context, baseURL }) => {
  await page.goto('/');
  await live(page);
  await page.evaluate(() => { document.body.dataset.before = ''; });
  await page.getByRole('button', { name: 'Dark colours' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(page.getByRole('button', { name: 'Dark colours' })).toHaveAttribute('aria-pressed', 'true');
  // In place: a page that is loaded again loses what was typed.
  await expect(page.locator('body')).toHaveAttribute('data-before', '');
  // The choice is a cookie, so the next page is dark from its first byte.
  await expect.poll(async () => (await context.cookies(baseURL)).find(({ name }) => name === 'theme')?.value).toBe('dark');
  const html = await (await context.request.get('/catalog')).text();
  expect(html).toContain('data-theme="dark"');
  await page.getByRole('button', { name: 'Colours of the system' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'system');
});

test('markup in a title is text, before and after hydration', async ({ page, ownPortal }) => {
  const title = '</title><b>Q&A &lt;';
  await ownPortal.edit('berth-booking/catalog-info.yaml', 'title: Berth Booking\n', `title: '${title}'\n`);
  const address = `${ownPortal.url}/catalog/default/component/berth-booking`;
  await page.goto(address);
  await live(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
  // The change may have come after the page; this one has it from its first byte.
  const html = await (await page.goto(address)).text();
  expect(html).toContain('<title>&lt;/title&gt;&lt;b&gt;Q&amp;A &amp;lt; · Moonrail Portal</title>');
  await live(page);
  await expect(page).toHaveTitle(`${title} · Moonrail Portal`);
});

test('a filter is a part of the address', async ({ page }) => {
  await page.goto('/catalog');
  await live(page);
  const kinds = page.getByRole('group', { name: 'Kind', exact: true });
  await kinds.getByRole('checkbox', { name: /^AiResource/ }).check();
  await expect(page).toHaveURL('/catalog?kind=AiResource');
  await expect(page.getByRole('row')).toHaveCount(1 + 5);
  await expect(page.getByRole('list', { name: 'Active filters' })).toContainText('AiResource');

  await test.step('Back takes it away', async () => {
    await page.goBack();
    await expect(page).toHaveURL('/catalog');
    await expect(page.getByRole('list', { name: 'Active filters' })).toHaveCount(0);
    await expect(kinds.getByRole('checkbox', { name: /^AiResource/ })).not.toBeChecked();
  });

  await test.step('and the address alone brings it back', async () => {
    await page.goto('/catalog?kind=AiResource');
    await expect(page.getByRole('row')).toHaveCount(1 + 5);
    await expect(kinds.getByRole('checkbox', { name: /^AiResource/ })).toBeChecked();
  });
});

test('two values of one filter are added, two filters are combined', async ({ page }) => {
  await page.goto('/catalog?kind=Template&kind=Domain');
  await expect(page.getByRole('row')).toHaveCount(1 + 3 + 5);
  await page.goto('/catalog?kind=Template&kind=Domain&owner=group:default/platform');
  await expect(page.getByRole('row')).toHaveCount(1 + 3);
});

test('typing searches, and the search is a part of the address', async ({ page }) => {
  await page.goto('/catalog');
  await live(page);
  await page.getByRole('main').getByRole('searchbox').fill('firmware');
  await expect(page).toHaveURL('/catalog?text=firmware');
  await expect(page.getByRole('row', { name: /Coach Beacon/ })).toBeVisible();
});

test('sorting turns around', async ({ page }) => {
  await page.goto('/catalog?kind=Domain');
  await live(page);
  const names = page.getByRole('rowheader');
  await expect(names.first()).toContainText('Engineering');
  await page.getByRole('columnheader', { name: 'Name' }).getByRole('link').click();
  await expect(page).toHaveURL(/sort=-name/);
  await expect(page.getByRole('columnheader', { name: 'Name' })).toHaveAttribute('aria-sort', 'descending');
  await expect(names.first()).toContainText('Revenue');
});

test('from the table to an entity and on to its owner, without loading a page anew', async ({ page }) => {
  await page.goto('/catalog?text=berth-booking&kind=Component');
  await live(page);
  await page.evaluate(() => { window.sameDocument = true; });
  await page.getByRole('rowheader').getByRole('link', { name: 'Berth Booking', exact: true }).click();
  await expect(page).toHaveURL('/catalog/default/component/berth-booking');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Berth Booking');
  await page.getByRole('region', { name: 'Facts' }).getByRole('link', { name: 'Berths' }).click();
  await expect(page).toHaveURL('/catalog/default/group/berths');
  await expect(page).toHaveTitle(/^Berths /);
  expect(await page.evaluate(() => window.sameDocument)).toBe(true);
});

test('the list comes as a file, as it is filtered', async ({ page }) => {
  await page.goto('/catalog?kind=Template');
  await live(page);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'CSV', exact: true }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('catalog.csv');
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  const lines = Buffer.concat(chunks).toString('utf8').trimEnd().split('\r\n');
  expect(lines).toHaveLength(1 + 3);
  expect(lines[1]).toMatch(/^template:default\//);
});
