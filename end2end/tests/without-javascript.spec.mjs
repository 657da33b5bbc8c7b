// Every page works before WebAssembly loads, and without it.
import { expect, PAGES, test } from './fixtures.mjs';

test.use({ javaScriptEnabled: false });

for (const { name, path, heading, status } of PAGES) {
  test(`${name}: readable`, async ({ page }) => {
    const response = await page.goto(path);
    expect(response.status()).toBe(status);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading);
    await expect(page.getByRole('navigation', { name: 'Main' }).getByRole('link')).toHaveCount(6);
  });
}

test('links lead on', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Catalog' }).click();
  await page.getByRole('list', { name: 'Tags' }).first().getByRole('link').first().click();
  await expect(page).toHaveURL(/\/catalog\?tag=/);
  await page.getByRole('rowheader').getByRole('link').first().click();
  await expect(page).toHaveURL(/\/catalog\/default\//);
});

test('filters are a form', async ({ page }) => {
  await page.goto('/catalog');
  await page.getByRole('group', { name: 'Kind', exact: true }).getByRole('checkbox', { name: /^Template/ }).check();
  await page.getByRole('button', { name: 'Apply filters' }).click();
  await expect(page).toHaveURL(/[?&]kind=Template/);
  await expect(page.getByRole('row')).toHaveCount(1 + 3);
  await page.getByRole('link', { name: 'Remove filter Kind: Template' }).click();
  await expect(page).not.toHaveURL(/kind=/);
});

test('search is a form', async ({ page }) => {
  await page.goto('/problems');
  const field = page.getByRole('main').getByRole('searchbox');
  await field.fill('pillow-counter');
  await field.press('Enter');
  await expect(page).toHaveURL(/text=pillow-counter/);
  await expect(page.getByRole('article')).toHaveCount(1);
});

test('a text is searched for as it was typed', async ({ page }) => {
  await page.goto('/catalog?text=%2541');
  await expect(page.getByRole('main').getByRole('searchbox')).toHaveValue('%41');
  await expect(page.getByText('No entity matches')).toBeVisible();
});

test('sorting and paging are links', async ({ page }) => {
  await page.goto('/catalog?sort=-name');
  const first = await page.getByRole('rowheader').first().textContent();
  await page.getByRole('link', { name: 'Page 2', exact: true }).click();
  await expect(page).toHaveURL(/page=2/);
  await expect(page).toHaveURL(/sort=-name/);
  expect(await page.getByRole('rowheader').first().textContent()).not.toBe(first);
});

test('colours can be chosen', async ({ page }) => {
  await page.goto('/catalog');
  await page.getByRole('button', { name: 'Dark colours' }).click();
  // Back on the page that it came from (Leptos leaves an empty query behind).
  await expect(page).toHaveURL(/\/catalog\??$/);
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});
