// The search page and the field that leads there.
import { expect, live, test } from './fixtures.mjs';

const results = page => page.getByRole('list', { name: 'Results' });
const field = page => page.getByRole('main').getByRole('searchbox');

test('the field of the header leads to the results', async ({ page }) => {
  await page.goto('/');
  await live(page);
  const search = page.getByRole('banner').getByRole('searchbox');
  await search.fill('berth booking');
  await search.press('Enter');
  await expect(page).toHaveURL('/search?query=berth+booking');
  await expect(field(page)).toHaveValue('berth booking');
  await expect(results(page).getByRole('link').first()).toHaveText('Berth Booking');
  await results(page).getByRole('link').first().click();
  await expect(page).toHaveURL('/catalog/default/component/berth-booking');
});

test('typing searches, and misspelt names are found', async ({ page }) => {
  await page.goto('/search');
  await live(page);
  await field(page).fill('berht boking');
  await expect(page).toHaveURL('/search?query=berht+boking');
  await expect(results(page).getByRole('link').first()).toHaveText('Berth Booking');
  await expect(page.getByText('Nothing is called “berht boking”. These are spelt like it.')).toBeVisible();
  await expect(field(page)).toBeFocused();
  await field(page).fill('no-such-words');
  await expect(page.getByText('Nothing found for “no-such-words”')).toBeVisible();
});

test('a filter is one click, stays while typing, and goes with one', async ({ page }) => {
  await page.goto('/search?query=berth');
  await live(page);
  const kinds = page.getByRole('region', { name: 'Kind' });
  await kinds.getByRole('link', { name: /^Component/ }).click();
  await expect(page).toHaveURL('/search?query=berth&filters%5Bkind%5D=Component');
  await expect(kinds.getByRole('link', { name: /^Component/ })).toHaveAttribute('aria-current', 'true');
  await field(page).fill('booking');
  await expect(page).toHaveURL('/search?query=booking&filters%5Bkind%5D=Component');
  await page.getByRole('link', { name: 'Without filters' }).click();
  await expect(page).toHaveURL('/search?query=booking');
});

test('arrows go through the results, Enter opens one', async ({ page }) => {
  await page.goto('/search?query=berth');
  await live(page);
  const links = results(page).locator('.hit__title');
  await field(page).focus();
  await page.keyboard.press('ArrowDown');
  await expect(links.nth(0)).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(links.nth(1)).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await expect(field(page)).toBeFocused();
  await page.keyboard.press('ArrowDown');
  const href = await links.nth(0).getAttribute('href');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(href);
});

test('an open page follows the catalog', async ({ page, ownPortal }) => {
  await page.goto(`${ownPortal.url}/search?query=zeppelin`);
  await live(page);
  await expect(page.getByText('Nothing found for “zeppelin”')).toBeVisible();
  await ownPortal.edit('berth-booking/catalog-info.yaml', 'title: Berth Booking\n', 'title: Zeppelin Booking\n');
  await expect(results(page).getByRole('link', { name: 'Zeppelin Booking' })).toBeVisible();
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('the search is a form, and the palette is out of sight', async ({ page }) => {
    await page.goto('/search?query=berth&filters[kind]=Component');
    await expect(results(page).getByRole('link').first()).toBeVisible();
    await field(page).fill('booking');
    await field(page).press('Enter');
    await expect(page).toHaveURL('/search?query=booking&filters%5Bkind%5D=Component');
    await expect(page.getByRole('button', { name: 'Go to' })).toBeHidden();
    await expect(page.getByRole('dialog')).toHaveCount(0);
  });
});
