// The catalog table: filters as a sentence, columns, groups, rows by keyboard, selection, the drawer; without scripts as well.
import AxeBuilder from '@axe-core/playwright';
import { readFile, writeFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, live, test } from './fixtures.mjs';

const focused = page => page.locator(':focus');
const names = page => page.getByRole('rowheader').locator('.table__name > a:first-child');
const drawer = page => page.getByRole('complementary', { name: 'At a glance' });
const glance = page => drawer(page).locator('#peek-title');
const selection = page => page.getByRole('group', { name: 'Selection' });
const count = page => page.locator('.result-count');

async function findings(page) {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
  return violations.flatMap(({ id, help, nodes }) => nodes.map(node => `${id}: ${help}: ${node.html}`));
}

test('filters are added by form and read as a sentence', async ({ page }) => {
  await page.goto('/catalog');
  await live(page);
  await page.getByText('Add filter', { exact: true }).click();
  const form = page.getByRole('group', { name: 'Add filter' });
  await form.getByLabel('Field').selectOption('owner');
  await form.getByLabel('Condition').selectOption('not');
  await form.getByLabel('Value').fill('on board');
  // Owners are found by what people call them.
  await expect(form.locator('datalist option')).toHaveCount(1);
  await expect(form.locator('datalist option')).toHaveAttribute('value', 'group:default/onboard');
  await form.getByLabel('Value').fill('onboard');
  await form.getByLabel('Value').press('Enter');
  await expect(page).toHaveURL('/catalog?not.owner=group%3Adefault%2Fonboard');
  const chips = page.getByRole('list', { name: 'Active filters' });
  await expect(chips).toContainText('Owner is not On Board');
  await page.getByText('Add filter', { exact: true }).click();
  await form.getByLabel('Field').selectOption('Description');
  // Nothing can be compared with a description: what is asked is whether there is one.
  await expect(form.getByLabel('Condition')).toHaveValue('has');
  await expect(form.getByRole('option', { name: 'is not' })).toBeDisabled();
  await expect(form.getByLabel('Value')).toBeDisabled();
  await form.getByLabel('Condition').selectOption('lacks');
  await form.getByRole('button', { name: 'Add' }).click();
  await expect(page).toHaveURL(/lacks=metadata.description/);
  await page.getByRole('link', { name: 'Remove filter Owner is not: On Board' }).click();
  await expect(page).toHaveURL('/catalog?lacks=metadata.description');
});

test('columns can be chosen, and the address keeps them', async ({ page }) => {
  await page.goto('/catalog?kind=Domain');
  await live(page);
  await page.locator('summary', { hasText: 'Columns' }).click();
  const columns = page.getByRole('list', { name: 'Columns' });
  await columns.getByRole('link', { name: 'Changed' }).click();
  await expect(page.getByRole('columnheader', { name: 'Changed' })).toBeVisible();
  await columns.getByRole('link', { name: 'Owner' }).click();
  await expect(page.getByRole('columnheader', { name: 'Owner' })).toHaveCount(0);
  await expect(page).toHaveURL(/columns=name%2Ckind%2Ctype%2Csystem/);
  await page.reload();
  await live(page);
  await expect(page.getByRole('columnheader', { name: 'Changed' })).toBeVisible();
  await expect(page.getByRole('row').nth(1).getByRole('time')).toBeVisible();
});

test('grouping is changed in two steps, and groups open by keyboard', async ({ page }) => {
  await page.goto('/catalog');
  await live(page);
  await page.locator('summary', { hasText: 'Group by' }).click();
  await page.getByRole('list', { name: 'Group by' }).getByRole('link', { name: 'Owner' }).click();
  await expect(page).toHaveURL('/catalog?group=owner');
  await expect(page.locator('summary', { hasText: 'Group by: owner' })).toBeFocused();
  await expect(count(page)).toHaveText(/in \d+ groups$/);
  const folded = page.locator('details.group:not([open]) > summary').first();
  const size = Number(await folded.locator('.group__count').textContent());
  const title = await folded.locator('.group__title').textContent();
  await folded.focus();
  await page.keyboard.press('Enter');
  const group = page.locator('details.group').filter({ has: page.locator('.group__title', { hasText: new RegExp(`^${title}$`) }) });
  await expect(group.getByRole('rowheader')).toHaveCount(Math.min(size, 50));
  await group.getByRole('link', { name: `List ${title} alone` }).click();
  await expect(count(page)).toHaveText(new RegExp(`^${size} of `));
});

test('keys go over rows, look at them, and open them', async ({ page }) => {
  await page.goto('/catalog?kind=Component');
  await live(page);
  const first = await names(page).nth(0).textContent();
  const second = await names(page).nth(1).textContent();
  await names(page).first().focus();
  await page.keyboard.press('ArrowDown');
  await expect(focused(page)).toHaveText(second);
  await page.keyboard.press('k');
  await expect(focused(page)).toHaveText(first);
  await page.keyboard.press('Space');
  await expect(page).toHaveURL(/peek=component/);
  await expect(glance(page)).toHaveText(first);
  await expect(glance(page)).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(glance(page)).toHaveText(second);
  await expect(page.locator('tr[aria-current]').getByRole('rowheader')).toContainText(second);
  await page.keyboard.press('Escape');
  await expect(drawer(page)).toHaveCount(0);
  await expect(page).toHaveURL('/catalog?kind=Component');
  await expect(focused(page)).toHaveText(second);
  await page.keyboard.press('End');
  await expect(focused(page)).toHaveText(await names(page).last().textContent());
  await page.keyboard.press('Home');
  await expect(focused(page)).toHaveText(first);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(first);
  // Back: on with the row that was opened.
  await page.goBack();
  await expect(focused(page)).toHaveText(first);
});

test('the drawer is opened and closed by mouse, and by its address', async ({ page }) => {
  await page.goto('/catalog?kind=Component');
  await live(page);
  const row = page.getByRole('row').nth(3);
  const name = await row.getByRole('rowheader').locator('a').first().textContent();
  await row.hover();
  await row.getByRole('link', { name: `Look at ${name}` }).click();
  await expect(glance(page)).toHaveText(name);
  await expect(drawer(page).getByText('Facts')).toBeVisible();
  const address = page.url();
  await drawer(page).getByRole('link', { name: 'Close' }).click();
  await expect(drawer(page)).toHaveCount(0);
  await page.goto(address);
  await live(page);
  await expect(glance(page)).toHaveText(name);
  expect(await findings(page)).toEqual([]);
  await page.goto('/catalog?peek=component:default/no-such-service');
  await live(page);
  await expect(drawer(page)).toContainText('Not in the catalog');
});

test('rows are selected by key, by box and as a range; Escape selects none', async ({ page }) => {
  await page.goto('/catalog?kind=Component');
  await live(page);
  await expect(selection(page)).toBeHidden();
  await names(page).nth(1).focus();
  await page.keyboard.press('x');
  await expect(selection(page)).toContainText('1 selected');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(selection(page)).toContainText('3 selected');
  await expect(page.getByRole('row').nth(3).getByRole('checkbox')).toBeChecked();
  await page.getByRole('row').nth(3).getByRole('checkbox').uncheck();
  await expect(selection(page)).toContainText('2 selected');
  await page.getByRole('row').nth(6).getByRole('checkbox').click({ modifiers: ['Shift'] });
  await expect(selection(page)).toContainText('5 selected');
  // To the end: a row of which half lies behind the bar is no target of the right size.
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  expect(await findings(page)).toEqual([]);
  const graph = await selection(page).getByRole('link', { name: 'As a graph' }).getAttribute('href');
  expect(graph.match(/rootEntityRefs/g)).toHaveLength(5);
  const download = page.waitForEvent('download');
  await selection(page).getByRole('link', { name: 'CSV' }).click();
  const csv = await readFile(await (await download).path(), 'utf8');
  expect(csv.trim().split('\r\n')).toHaveLength(1 + 5);
  await names(page).nth(2).focus();
  await page.keyboard.press('Escape');
  await expect(selection(page)).toBeHidden();
  await page.keyboard.press('Control+a');
  const rows = await page.getByRole('rowheader').count();
  await expect(selection(page)).toContainText(`${rows} selected`);
});

test('single keys can be switched off, and arrows stay', async ({ page }) => {
  await page.goto('/catalog?kind=Component');
  await live(page);
  await page.evaluate(() => { localStorage.setItem('portico-shortcuts-off', 'off'); });
  await names(page).first().focus();
  await page.keyboard.press('x');
  await page.keyboard.press('j');
  await expect(selection(page)).toBeHidden();
  await expect(focused(page)).toHaveText(await names(page).first().textContent());
  await page.keyboard.press('ArrowDown');
  await expect(focused(page)).toHaveText(await names(page).nth(1).textContent());
});

test('the filters can be skipped', async ({ page }) => {
  await page.goto('/catalog');
  await live(page);
  await page.getByRole('main').getByRole('searchbox').focus();
  await page.keyboard.press('Tab');
  await expect(focused(page)).toHaveText('Skip filters');
  await expect(focused(page)).toBeInViewport();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => Boolean(document.activeElement.closest('#results')))).toBe(true);
});

test('of a long list only what is in sight is drawn, and all of it can be reached', async ({ ownPortal, page }) => {
  const folder = path.join(ownPortal.catalog, 'many');
  await mkdir(folder);
  const entity = number => `apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: many-${String(number).padStart(4, '0')}}
spec: {type: service, lifecycle: production, owner: many}
`;
  await writeFile(path.join(folder, 'catalog-info.yaml'), Array.from({ length: 1000 }, (_, number) => entity(number)).join('---\n'));
  await page.goto(`${ownPortal.url}/catalog?text=many-`);
  await live(page);
  await expect(count(page)).toHaveText(/^1.000 of/);
  const rows = page.locator('tr[data-ref]');
  // Its height is that of all rows from the start.
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollHeight)).toBeGreaterThan(60_000);
  await page.evaluate(() => window.scrollTo(0, 32_000));
  await expect(page.locator('tr[data-ref="component:default/many-0500"]')).toBeVisible();
  expect(await rows.count()).toBeLessThanOrEqual(300);
  await expect(page).toHaveURL(/page=1[01]$/);
  await expect(page.getByRole('navigation', { name: 'Pages' }).locator('[aria-current]')).toHaveText(/^1[01]$/);
  const row = page.locator('tr[data-ref="component:default/many-0500"]');
  await expect(row).toHaveAttribute('aria-rowindex', '502');
  await row.getByRole('link').first().focus();
  await page.keyboard.press('End');
  await expect(focused(page)).toHaveText('many-0999');
  await page.keyboard.press('Home');
  await expect(focused(page)).toHaveText('many-0000');
  // The focus stays where it is, however far one scrolls.
  await page.evaluate(() => window.scrollTo(0, 32_000));
  await expect(page.locator('tr[data-ref="component:default/many-0500"]')).toBeVisible();
  await expect(focused(page)).toHaveText('many-0000');
  await page.getByRole('link', { name: 'Page 20', exact: true }).click();
  await expect(page.locator('tr[data-ref="component:default/many-0960"]')).toBeInViewport();
  // By address one begins there, and the way back is a link.
  await page.goto(`${ownPortal.url}/catalog?text=many-&page=3`);
  await live(page);
  await expect(names(page).first()).toHaveText('many-0100');
  await page.getByRole('link', { name: '100 entities before this page' }).click();
  await expect(names(page).first()).toHaveText('many-0050');
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('columns, groups, filters and the drawer are forms and links', async ({ page }) => {
    await page.goto('/catalog?not.kind=User');
    await page.locator('summary', { hasText: 'Columns' }).click();
    await page.getByRole('list', { name: 'Columns' }).getByRole('link', { name: 'Changed' }).click();
    await page.locator('summary', { hasText: 'Group by' }).click();
    await page.getByRole('list', { name: 'Group by' }).getByRole('link', { name: 'Kind' }).click();
    await page.getByText('Add filter', { exact: true }).click();
    const form = page.getByRole('group', { name: 'Add filter' });
    await form.getByLabel('Condition').selectOption('not');
    await form.getByLabel('Value').fill('Template');
    await form.getByRole('button', { name: 'Add' }).click();
    const chips = page.getByRole('list', { name: 'Active filters' }).getByRole('listitem');
    await expect(chips).toHaveText(['Kind is not User', 'or Template', 'Clear all']);
    await expect(page.getByRole('columnheader', { name: 'Changed' }).first()).toBeVisible();
    const group = page.locator('details.group').first();
    await group.getByRole('link', { name: /^List .* alone$/ }).click();
    await expect(page.getByRole('row').first()).toBeVisible();
    const name = await page.getByRole('rowheader').first().locator('a').first().textContent();
    await page.getByRole('link', { name: `Look at ${name}` }).click();
    await expect(glance(page)).toHaveText(name);
    await drawer(page).getByRole('link', { name: 'Close' }).click();
    await expect(drawer(page)).toHaveCount(0);
  });

  test('long lists have pages', async ({ page }) => {
    await page.goto('/catalog?page=2');
    await expect(page.getByRole('link', { name: 'Page 2', exact: true })).toHaveAttribute('aria-current', 'page');
    await expect(page.getByRole('link', { name: '50 entities before this page' })).toBeVisible();
  });
});

test('the page in the window stays in the address while something is looked at', async ({ page }) => {
  await page.goto('/catalog');
  await live(page);
  await names(page).first().focus();
  await page.keyboard.press('End');
  await expect(page).toHaveURL('/catalog?page=3');
  await expect(focused(page)).toBeVisible();
  await page.keyboard.press('Space');
  await expect(glance(page)).toBeVisible();
  await expect(page).toHaveURL(/[?&]page=3\b/);
  await page.keyboard.press('Escape');
  await expect(drawer(page)).toHaveCount(0);
  await expect(page).toHaveURL('/catalog?page=3');
});

test('a range reaches over rows that are not drawn', async ({ page }) => {
  await page.goto('/catalog');
  await live(page);
  const all = (await count(page).textContent()).match(/\d+/)[0];
  await names(page).first().focus();
  await page.keyboard.press('x');
  await expect(selection(page)).toContainText('1 selected');
  await page.keyboard.press('End');
  await expect(page).toHaveURL('/catalog?page=3');
  await page.keyboard.press('Shift+X');
  await expect(selection(page)).toContainText(`${all} selected`);
});

test('keys begin at the first row in the window when nothing has the focus', async ({ page }) => {
  await page.goto('/catalog');
  await live(page);
  await page.keyboard.press('j');
  await expect(names(page).first()).toBeFocused();
});

test('who takes a filter away by keyboard stays among the filters', async ({ page }) => {
  await page.goto('/catalog?kind=API&type=openapi');
  await live(page);
  const filters = page.getByRole('list', { name: 'Active filters' });
  await filters.getByRole('link', { name: /openapi/ }).focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/catalog?kind=API');
  await expect(filters.locator(':focus')).toHaveCount(1);
});

test('a change under the reader is marked, and a choice that is not sent yet stays', async ({ page, ownPortal }) => {
  await page.goto(`${ownPortal.url}/catalog?kind=Component&text=berth-booking`);
  await live(page);
  await page.getByText('Add filter', { exact: true }).click();
  await page.getByLabel('Field').selectOption('owner');
  await ownPortal.edit('berth-booking/catalog-info.yaml', 'title: Berth Booking\n', 'title: Bunk Booking\n');
  const row = page.getByRole('row', { name: /Bunk Booking/ });
  await expect(row).toHaveAttribute('data-fresh', '');
  await expect(row).not.toHaveAttribute('data-fresh');
  await expect(page.getByLabel('Field')).toHaveValue('owner');
});
