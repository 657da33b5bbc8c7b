// The palette and the shortcuts: by keyboard, by mouse, and every command of the product.
import AxeBuilder from '@axe-core/playwright';
import { expect, live, test } from './fixtures.mjs';

const palette = page => page.getByRole('dialog', { name: 'Go to anything' });
const field = page => palette(page).getByRole('combobox');
const options = page => palette(page).getByRole('option');
const chosen = page => palette(page).locator('[aria-selected="true"]');

async function open(page, path = '/') {
  await page.goto(path);
  await live(page);
  await page.keyboard.press('Control+k');
  await expect(field(page)).toBeFocused();
}

test('a service is two keys away', async ({ page }) => {
  await page.goto('/');
  await live(page);
  let keys = 0;
  const press = async key => { keys += 1; await page.keyboard.press(key); };
  await press('Control+k');
  await page.keyboard.type('berth book');
  await press('Enter');
  await expect(page).toHaveURL('/catalog/default/component/berth-booking');
  await expect(page.getByRole('region', { name: 'Facts' })).toContainText('Owner');
  await expect(palette(page)).toHaveCount(0);
  await expect(page.getByRole('main')).toBeFocused();
  expect(keys).toBe(2);
});

test('by mouse it is a button and a click', async ({ page }) => {
  await page.goto('/');
  await live(page);
  await page.getByRole('button', { name: 'Go to' }).click();
  await field(page).fill('berth ledger');
  await options(page).filter({ hasText: 'Berth Ledger' }).first().click();
  await expect(page).toHaveURL('/catalog/default/resource/berth-ledger');
});

test('the pattern of a combobox: one focus, a choice that moves, a count', async ({ page }) => {
  await open(page);
  await field(page).fill('berth');
  await expect(options(page).first()).toContainText('Berth');
  await expect(chosen(page)).toHaveCount(1);
  const active = () => field(page).getAttribute('aria-activedescendant');
  await expect(page.locator(`#${await active()}`)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowDown');
  await expect(options(page).nth(1)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('End');
  await expect(chosen(page)).toContainText('All results for “berth”');
  await page.keyboard.press('ArrowDown');
  await expect(options(page).nth(0)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Home');
  await expect(options(page).nth(0)).toHaveAttribute('aria-selected', 'true');
  await expect(palette(page).getByRole('status')).toHaveText(`${await options(page).count()} choices`);
  await expect(field(page)).toBeFocused();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/search?query=berth');
});

test('Esc leads back to where one was', async ({ page }) => {
  await page.goto('/catalog');
  await live(page);
  const link = page.getByRole('rowheader').first().getByRole('link').first();
  await link.focus();
  await page.keyboard.press('Control+k');
  await page.keyboard.press('Escape');
  await expect(palette(page)).toHaveCount(0);
  await expect(link).toBeFocused();
});

test('Ctrl-Enter opens beside', async ({ page, context }) => {
  await open(page);
  await field(page).fill('berth booking');
  await expect(options(page).first()).toContainText('Berth Booking');
  const [beside] = await Promise.all([context.waitForEvent('page'), page.keyboard.press('Control+Enter')]);
  await expect(beside).toHaveURL(/\/catalog\/default\/component\/berth-booking$/);
  await expect(page).toHaveURL('/');
});

test('what was looked at last comes first', async ({ page }) => {
  for (const name of ['resource/berth-ledger', 'resource/no-such-thing', 'component/berth-booking', 'system/no-such-thing']) {
    await page.goto(`/catalog/default/${name}`);
    await live(page);
  }
  await page.keyboard.press('Control+k');
  const recent = palette(page).getByRole('group', { name: 'Recent' }).getByRole('option');
  await expect(recent).toHaveText([/Berth Booking/, /Berth Ledger/]);
  // Where one is, one need not go.
  await open(page, '/catalog/default/component/berth-booking');
  await expect(recent).toHaveText([/Berth Ledger/]);
});

test('every command can be reached: those of the registry and those of the page', async ({ page }) => {
  await open(page, '/catalog/default/component/berth-booking');
  const listed = await options(page).locator('.palette__title').allTextContents();
  const here = await page.locator('[data-command]:not([hidden])').evaluateAll(all => all.map(one => one.dataset.command));
  const pages = await page.getByRole('navigation', { name: 'Main' }).getByRole('link').evaluateAll(all => all.map(one => one.firstChild.textContent));
  for (const name of [...here, ...pages]) expect(listed).toContain(name);
  expect(here).toContain('Show the relations as a graph');
  const commands = await palette(page).getByRole('group', { name: /Pages|Actions/ }).locator('.palette__title').allTextContents();
  expect(commands.length).toBeGreaterThan(10);
  for (const name of commands) {
    await field(page).fill(name);
    // The whole name is always the first choice.
    await expect(options(page).first().locator('.palette__title')).toHaveText(name);
  }
});

test('pages and actions do what they say', async ({ page }) => {
  await open(page);
  await field(page).fill('Problems');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/problems');
  await page.keyboard.press('Control+k');
  await field(page).fill('Dark colours');
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.keyboard.press('Control+k');
  await field(page).fill('Show keyboard shortcuts');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
});

test('shortcuts: pairs, search and their list; never while typing; and they can be switched off', async ({ page }) => {
  await page.goto('/');
  await live(page);
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await expect(page).toHaveURL('/catalog');
  await page.keyboard.press('/');
  await expect(page.getByRole('banner').getByRole('searchbox')).toBeFocused();
  await page.keyboard.type('g p?');
  await expect(page.getByRole('banner').getByRole('searchbox')).toHaveValue('g p?');
  await expect(page).toHaveURL('/catalog');
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('?');
  const list = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(list.getByText('Catalog')).toBeVisible();
  await list.getByRole('switch').uncheck();
  await page.keyboard.press('Escape');
  await expect(list).toHaveCount(0);
  await page.keyboard.press('g');
  await page.keyboard.press('p');
  await page.keyboard.press('?');
  await expect(list).toHaveCount(0);
  await expect(page).toHaveURL('/catalog');
  await page.reload();
  await live(page);
  await page.keyboard.press('?');
  await expect(list).toHaveCount(0);
  // With Ctrl they stay, and so does the way back.
  await page.keyboard.press('Control+k');
  await field(page).fill('Show keyboard shortcuts');
  await page.keyboard.press('Enter');
  await list.getByRole('switch').check();
  await list.getByRole('button', { name: 'Close' }).click();
  await page.keyboard.press('g');
  await page.keyboard.press('h');
  await expect(page).toHaveURL('/');
});

test('axe finds nothing in the palette and the list of shortcuts', async ({ page }) => {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await open(page);
    await field(page).fill('berth');
    await expect(options(page).first()).toContainText('Berth');
    expect((await new AxeBuilder({ page }).include('#palette').analyze()).violations).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    expect((await new AxeBuilder({ page }).include('#shortcuts').analyze()).violations).toEqual([]);
    await page.keyboard.press('Escape');
  }
});
