// The graph of relations: by form, by keyboard, by mouse, and without scripts.
import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import { expect, live, test } from './fixtures.mjs';

const AROUND = '/catalog-graph?rootEntityRefs[]=component:default/berth-booking';
const ONE = `${AROUND}&maxDepth=1`;

const picture = page => page.getByRole('region', { name: 'Picture of the graph' });
// What is hidden behind a node is a part of its name.
const node = (page, name) => picture(page).getByRole('link', { name: new RegExp(`^${name}(, \\d+ more behind it)?$`) });
const focused = page => page.locator(':focus');
const size = async page => (await page.locator('#graph-canvas').boundingBox()).width;

test('the picture has the neighbours, and its nodes are links', async ({ page }) => {
  await page.goto(ONE);
  await live(page);
  await expect(page.getByRole('status').filter({ hasText: 'entities' })).toHaveText(/^\d+ entities, \d+ arrows$/);
  await expect(node(page, 'Berth Ledger, Resource')).toHaveCount(1);
  await page.evaluate(() => { window.sameDocument = true; });
  await node(page, 'Berth Ledger, Resource').click();
  await expect(page).toHaveURL('/catalog/default/resource/berth-ledger');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Berth Ledger');
  expect(await page.evaluate(() => window.sameDocument), 'the page was loaded anew').toBe(true);
});

test('arrow keys walk along the arrows and back', async ({ page }) => {
  await page.goto(ONE);
  await live(page);
  const root = node(page, 'Berth Booking, Component');
  await root.focus();
  const start = await root.boundingBox();
  await page.keyboard.press('ArrowRight');
  await expect(focused(page)).not.toHaveAccessibleName('Berth Booking, Component');
  const there = await focused(page).boundingBox();
  expect(there.x).toBeGreaterThan(start.x);
  await page.keyboard.press('ArrowDown');
  expect((await focused(page).boundingBox()).x, 'down stays in the layer').toBe((await focused(page).boundingBox()).x);
  await page.keyboard.press('ArrowLeft');
  await expect(focused(page)).toHaveAccessibleName('Berth Booking, Component');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/catalog\/default\//);
});

test('one stop of the Tab key leads into the picture and one out of it', async ({ page }) => {
  await page.goto(ONE);
  await live(page);
  await picture(page).focus();
  await page.keyboard.press('Tab');
  await expect(focused(page)).toHaveAccessibleName('Berth Booking, Component');
  await page.keyboard.press('Tab');
  await expect(picture(page).locator(':focus')).toHaveCount(0);
});

test('keys, buttons and the wheel resize the picture', async ({ page }) => {
  await page.goto(ONE);
  await live(page);
  const before = await size(page);
  await node(page, 'Berth Booking, Component').focus();
  await page.keyboard.press('+');
  await expect.poll(() => size(page)).toBeGreaterThan(before * 1.2);
  await page.getByRole('button', { name: 'Smaller' }).click();
  await expect.poll(() => size(page)).toBeCloseTo(before, 0);
  await picture(page).hover();
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -200);
  await page.keyboard.up('Control');
  await expect.poll(() => size(page)).toBeGreaterThan(before * 1.1);
  await page.getByRole('button', { name: 'Fit' }).click();
  const all = await picture(page).evaluate(element => element.scrollWidth <= element.clientWidth && element.scrollHeight <= element.clientHeight);
  expect(all, 'everything is in the window').toBe(true);
});

test('a pointer drags the picture, and a drag opens nothing', async ({ page }) => {
  await page.goto(AROUND);
  await live(page);
  const scrolled = () => picture(page).evaluate(element => [element.scrollLeft, element.scrollTop]);
  const before = await scrolled();
  await node(page, 'Berth Booking, Component').hover();
  await page.mouse.down();
  await page.mouse.move(500, 300, { steps: 4 });
  const held = page.locator('.graph-view--held');
  await expect(held).toBeVisible();
  // A hand that leaves the window holds on to the picture.
  await page.mouse.move(500, 3, { steps: 4 });
  await expect(held).toBeVisible();
  await page.mouse.up();
  await expect(held).toHaveCount(0);
  expect(await scrolled()).not.toEqual(before);
  await expect(page).toHaveURL(/catalog-graph/);
});

test('filters are a part of the address, and lead back', async ({ page }) => {
  await page.goto(ONE);
  await live(page);
  await page.getByRole('group', { name: 'Kind', exact: true }).getByRole('checkbox', { name: /^Resource/ }).check();
  await expect(page).toHaveURL(/selectedKinds%5B%5D=resource/);
  await expect(node(page, 'Berth Ledger, Resource')).toHaveCount(1);
  await expect(node(page, 'Berths, Group')).toHaveCount(0);
  await page.getByLabel('Arrows point').selectOption('Top to bottom');
  await expect(page).toHaveURL(/direction=TB/);
  await page.goBack();
  await page.goBack();
  await expect(node(page, 'Berths, Group')).toHaveCount(1);
  await expect(page.getByLabel('Arrows point')).toHaveValue('');
});

test('who breaks is told by distance, and is a graph as well', async ({ page }) => {
  await page.goto('/catalog-graph?rootEntityRefs[]=resource:default/berth-ledger&maxDepth=1');
  const card = page.getByRole('region', { name: 'Who breaks if this goes' });
  await expect(card.getByRole('heading', { name: 'At once' })).toBeVisible();
  await expect(card.getByRole('link', { name: 'Berth Booking', exact: true })).toBeVisible();
  await card.getByRole('link', { name: 'As a graph' }).click();
  await expect(page).toHaveURL(/selectedRelations%5B%5D=dependencyOf/);
  await expect(node(page, 'Berth Booking, Component')).toHaveCount(1);
  await expect(node(page, 'Berths, Group')).toHaveCount(0);
});

test('an open picture follows the catalog, and the focus stays', async ({ page, ownPortal }) => {
  await page.goto(`${ownPortal.url}${ONE}`);
  await live(page);
  await node(page, 'Berth Ledger, Resource').focus();
  await ownPortal.edit('berth-booking/catalog-info.yaml', '    - component:hold-sweeper\n', '    - component:hold-sweeper\n    - resource:a-new-thing\n');
  await expect(picture(page).getByRole('img', { name: 'resource:default/a-new-thing, is not in the catalog' })).toHaveCount(1);
  await expect(node(page, 'Berth Ledger, Resource')).toBeFocused();
});

test('what is hidden is shown, by mouse and by keyboard, and the address says so', async ({ page }) => {
  await page.goto(ONE);
  await live(page);
  const ledger = node(page, 'Berth Ledger, Resource');
  const fares = node(page, 'Fares API, API');
  await expect(node(page, 'Fare Engine, Component')).toHaveCount(0);
  await fares.locator('[data-more]').click();
  await expect(page).toHaveURL(/expanded%5B%5D=api%3Adefault%2Ffares-api/);
  await expect(node(page, 'Fare Engine, Component')).toHaveCount(1);
  await fares.locator('[data-more="-"]').click();
  await expect(node(page, 'Fare Engine, Component')).toHaveCount(0);
  await fares.focus();
  await page.keyboard.press('Space');
  const facts = page.getByRole('complementary', { name: 'About this entity' });
  await expect(facts.getByRole('link', { name: 'Fares API' })).toBeVisible();
  await facts.getByRole('link', { name: 'Show all around it' }).click();
  await expect(node(page, 'Fare Engine, Component')).toHaveCount(1);
  await expect(ledger).toHaveCount(1);
});

test('Space shows facts, and Escape leads back', async ({ page }) => {
  await page.goto(ONE);
  await live(page);
  await node(page, 'Berth Booking, Component').focus();
  await page.keyboard.press('Space');
  const facts = page.getByRole('complementary', { name: 'About this entity' });
  await expect(facts).toBeFocused();
  await expect(facts.getByRole('link', { name: 'Berths' })).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(facts).toHaveCount(0);
  await expect(node(page, 'Berth Booking, Component')).toBeFocused();
});

test('a pointer on a node shows what it is joined with, and the way to its facts', async ({ page }) => {
  await page.goto(ONE);
  await live(page);
  await node(page, 'Berth Booking, Component').hover();
  await expect(page.locator('#graph-veil')).toHaveClass(/graph__veil--drawn/);
  expect(await page.locator('#graph-lit .graph__node').count()).toBeGreaterThan(5);
  await page.locator('#graph-tip').click();
  await expect(page.getByRole('complementary', { name: 'About this entity' })).toBeVisible();
});

test('a search in the picture marks and walks', async ({ page }) => {
  await page.goto(AROUND);
  await live(page);
  const field = page.getByRole('searchbox', { name: 'Find in the picture' });
  await field.fill('fare');
  const told = page.getByRole('search', { name: 'In the picture' }).getByRole('status');
  await expect(told).toHaveText(/^\d+ found$/);
  const count = Number((await told.textContent()).split(' ')[0]);
  await expect(page.locator('.graph__node--found')).toHaveCount(count);
  for (const at of [1, 2]) {
    await field.press('Enter');
    await expect(told).toHaveText(`${at} of ${count}`);
    const lit = await page.locator('#graph-lit .graph__node').last().boundingBox();
    const seen = await picture(page).boundingBox();
    expect(lit.x > seen.x && lit.x < seen.x + seen.width && lit.y > seen.y && lit.y < seen.y + seen.height, 'it is in sight').toBe(true);
  }
  await field.press('Shift+Enter');
  await expect(told).toHaveText(`1 of ${count}`);
  await expect(page, 'the form of the page was not sent').toHaveURL(/rootEntityRefs/);
});

test('the small picture moves what is seen, by mouse and by keyboard', async ({ page }) => {
  await page.goto(AROUND);
  await live(page);
  const map = page.getByRole('group', { name: /^The whole graph, small/ });
  const left = () => picture(page).evaluate(element => element.scrollLeft);
  await map.click({ position: { x: 2, y: 2 } });
  await expect.poll(left).toBe(0);
  await map.focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(left).toBeGreaterThan(50);
  await page.getByRole('button', { name: 'Fit' }).click();
  await expect(map).toBeHidden();
});

test('boxes hold together what belongs together', async ({ page }) => {
  await page.goto(ONE);
  await live(page);
  await page.getByLabel('Boxes around').selectOption('Each system');
  await expect(page).toHaveURL(/group=system/);
  await expect(page.locator('.graph__group').filter({ hasText: 'Booking' })).toHaveCount(1);
});

test('the picture is saved as a file', async ({ page }) => {
  await page.goto(ONE);
  await live(page);
  await page.locator('summary', { hasText: 'Save' }).click();
  for (const [name, file, start] of [['SVG, dark', 'graph.svg', '<svg'], ['PNG, light', 'graph.png', '\x89PNG']]) {
    const saved = page.waitForEvent('download');
    await page.getByRole('link', { name }).click();
    const download = await saved;
    expect(download.suggestedFilename()).toBe(file);
    const bytes = await readFile(await download.path(), 'latin1');
    expect(bytes.startsWith(start), `${name} begins with ${bytes.slice(0, 20)}`).toBe(true);
  }
});

test('the page of an entity has a small graph, whose nodes are links', async ({ page }) => {
  await page.goto('/catalog/default/component/berth-booking');
  await live(page);
  await page.evaluate(() => { window.sameDocument = true; });
  await page.getByRole('region', { name: 'Picture of the relations' }).getByRole('link', { name: 'Berth Ledger, Resource' }).click();
  await expect(page).toHaveURL('/catalog/default/resource/berth-ledger');
  expect(await page.evaluate(() => window.sameDocument), 'the page was loaded anew').toBe(true);
});

test('a search finds where to start', async ({ page }) => {
  await page.goto('/catalog-graph');
  await live(page);
  await page.getByRole('main').getByRole('searchbox').fill('ledger');
  await page.getByRole('list', { name: 'Entities to start at' }).getByRole('link', { name: /Berth Ledger/ }).click();
  await expect(page).toHaveURL(/rootEntityRefs%5B%5D=resource%3Adefault%2Fberth-ledger/);
  await expect(node(page, 'Berth Ledger, Resource')).toHaveCount(1);
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('the same is there in words, and filters are a form', async ({ page }) => {
    await page.goto(ONE);
    await expect(node(page, 'Berth Ledger, Resource')).toHaveCount(1);
    const words = page.getByRole('region', { name: 'In words' });
    await expect(words.getByRole('listitem').filter({ hasText: 'Start' })).toContainText('Depends on');
    await expect(words.getByRole('link', { name: 'Berth Ledger', exact: true }).first()).toBeVisible();
    await page.getByRole('group', { name: 'Kind', exact: true }).getByRole('checkbox', { name: /^Resource/ }).check();
    await page.getByLabel('Arrows point').selectOption('Top to bottom');
    await page.getByRole('button', { name: 'Apply filters' }).click();
    await expect(page).toHaveURL(/selectedKinds/);
    await expect(page).toHaveURL(/direction=TB/);
    await expect(node(page, 'Berth Ledger, Resource')).toHaveCount(1);
    await expect(node(page, 'Berths, Group')).toHaveCount(0);
  });

  test('what is hidden is a link in the list, and the picture a file', async ({ page }) => {
    await page.goto(ONE);
    await page.getByRole('link', { name: /^Show \d+ more around Fares API$/ }).click();
    await expect(node(page, 'Fare Engine, Component')).toHaveCount(1);
    await page.locator('summary', { hasText: 'Save' }).click();
    await expect(page.getByRole('link', { name: 'SVG, light' })).toHaveAttribute('href', /expanded/);
    await expect(page.getByRole('link', { name: 'PNG, light' })).toBeHidden();
  });
});
