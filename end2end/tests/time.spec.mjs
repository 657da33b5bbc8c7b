// The catalog as of a moment, and two moments compared: by mouse, by keyboard, without scripts.
import { expect, live, test } from './fixtures.mjs';

const control = page => page.locator('#time-summary');
const band = page => page.getByRole('note');
const rows = page => page.getByRole('rowheader');

// Any day of the last week but yesterday, which is not called by its name.
const DAY = /^(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, .*: compare with now$/;

/** Changes the title of a component, and waits until an open page shows it. */
async function retitle(page, portal) {
  await page.goto(`${portal.url}/catalog/default/component/berth-booking`);
  await live(page);
  await portal.edit('berth-booking/catalog-info.yaml', 'title: Berth Booking\n', 'title: Bunk Booking\n');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Bunk Booking');
}

test('today and a day of last week are compared in three actions by mouse', async ({ page }) => {
  await page.goto('/catalog?kind=Domain');
  await live(page);
  await control(page).click();
  await page.getByRole('link', { name: DAY }).first().click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Changes');
  await expect(page).toHaveURL(/\/catalog\/compare\?kind=Domain&from=\d{4}-\d\d-\d\d$/);
  await expect(page.getByRole('heading', { name: /^Domains \d+ added$/ })).toBeVisible();
  await expect(page.getByText(/The log begins on/)).toBeVisible();
});

test('and by keyboard', async ({ page }) => {
  await page.goto('/catalog?kind=Domain');
  await live(page);
  await control(page).focus();
  await page.keyboard.press('Enter');
  for (let stops = 0; stops < 60; stops += 1) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => document.activeElement.getAttribute('aria-label') ?? '');
    if (DAY.test(name)) break;
  }
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Changes');
  expect(await page.evaluate(() => document.activeElement.id)).toBe('main');
});

test('Escape folds the moments, and the focus stays', async ({ page }) => {
  await page.goto('/catalog');
  await live(page);
  await control(page).click();
  await page.getByLabel('Date and time (UTC)').focus();
  await page.keyboard.press('Escape');
  await expect(page.getByLabel('Date and time (UTC)')).toBeHidden();
  await expect(control(page)).toBeFocused();
});

test('the past stays what it was, links stay in it, and the way back leads out', async ({ page, ownPortal }) => {
  await retitle(page, ownPortal);
  await page.goto(`${ownPortal.url}/catalog?text=berth&kind=Component`);
  await live(page);
  await expect(rows(page).filter({ hasText: 'Bunk Booking' })).toBeVisible();
  await control(page).click();
  await page.getByRole('link', { name: /^Before the change of [^:]*:\d\d:\d\d$/ }).first().click();
  await expect(band(page)).toContainText('You see the catalog as of version');
  await expect(control(page)).toBeFocused();
  await expect(page.getByLabel('Date and time (UTC)')).toBeHidden();
  await expect(page).toHaveURL(/kind=Component&text=berth&at=\d+$/);

  await page.getByRole('link', { name: 'Berth Booking', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Berth Booking');
  await expect(page).toHaveURL(/\/berth-booking\?at=\d+$/);
  // A change of now is none of the past.
  await page.evaluate(() => { window.asked = 0; });
  page.on('request', request => {
    if (request.url().endsWith('/ui/entity')) page.evaluate(() => { window.asked += 1; });
  });
  await ownPortal.edit('berth-booking/catalog-info.yaml', 'title: Bunk Booking\n', 'title: Bed Booking\n');
  const other = await page.context().newPage();
  await other.goto(`${ownPortal.url}/catalog/default/component/berth-booking`);
  await expect(other.getByRole('heading', { level: 1 })).toHaveText('Bed Booking');
  await other.close();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Berth Booking');
  expect(await page.evaluate(() => window.asked)).toBe(0);

  await page.getByRole('link', { name: 'The whole graph' }).click();
  await expect(page).toHaveURL(/\/catalog-graph\?.*at=\d+/);
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Berth Booking');
  await page.getByRole('link', { name: 'Back to now' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Bed Booking');
  await expect(band(page)).toHaveCount(0);
  await expect(control(page)).toBeFocused();
  await page.goBack();
  await expect(band(page)).toBeVisible();
  await page.getByRole('link', { name: 'Compare with now' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('History of');
  await expect(page.getByText('title: Bed Booking')).toBeVisible();
});

test('a change is told by its fields, and marked in the graph', async ({ page, ownPortal }) => {
  await retitle(page, ownPortal);
  await page.goto(`${ownPortal.url}/catalog`);
  await live(page);
  await control(page).click();
  await page.getByRole('link', { name: /^Before the change of .*: compare with now$/ }).first().click();
  const changed = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: 'Bunk Booking', exact: true }) });
  await expect(changed).toContainText('Changed');
  await expect(changed).toContainText('metadata.title');
  await expect(page.getByRole('status').filter({ hasText: '1 entity changed' })).toBeVisible();

  await page.goto(`${ownPortal.url}/catalog-graph?rootEntityRefs[]=component:default/berth-booking&maxDepth=1`);
  await live(page);
  await control(page).click();
  await page.getByRole('link', { name: /^Before the change of .*: compare with now$/ }).first().click();
  await expect(band(page)).toContainText('Compared with version');
  await expect(page.getByRole('link', { name: 'Bunk Booking, Component, changed' })).toBeVisible();
  await page.getByRole('link', { name: 'Stop comparing' }).click();
  await expect(page.getByRole('link', { name: 'Bunk Booking, Component', exact: true })).toBeVisible();
});

test('an entity that was not there yet says since when it is', async ({ page }) => {
  await page.goto('/catalog/default/component/berth-booking?at=2001-01-01');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Not in the catalog then');
  await expect(page.getByText(/The log knows it from \d+ \w+ 20\d\d/)).toBeVisible();
  await page.getByRole('link', { name: 'See it now' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Berth Booking');
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('a moment is typed into a form', async ({ page }) => {
    await page.goto('/catalog?kind=Domain');
    await control(page).click();
    await page.getByLabel('Date and time (UTC)').fill('2001-02-03T04:05');
    await page.getByRole('button', { name: 'Show' }).click();
    await expect(page).toHaveURL(/\/catalog\?kind=Domain&at=2001-02-03T04%3A05$/);
    await expect(band(page)).toContainText('3 Feb 2001, 04:05 UTC');
    await expect(page.getByText('Nothing is known of this moment')).toBeVisible();
    await band(page).getByRole('link', { name: 'Compare with now' }).click();
    await expect(page.getByRole('heading', { name: /^Domains \d+ added$/ })).toBeVisible();
    await page.getByLabel('To (UTC, empty for now)').fill('2001-02-03T04:06');
    await page.getByRole('button', { name: 'Compare' }).click();
    await expect(page.getByText('No change to show')).toBeVisible();
    await expect(page).toHaveURL(/kind=Domain/);
  });
});
