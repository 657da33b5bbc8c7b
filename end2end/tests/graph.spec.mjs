// The graph of relations: by form, by keyboard, by mouse, and without scripts.
import { expect, live, test } from './fixtures.mjs';

const AROUND = '/catalog-graph?rootEntityRefs[]=component:default/berth-booking';
const ONE = `${AROUND}&maxDepth=1`;

const picture = page => page.getByRole('region', { name: 'Picture of the graph' });
const node = (page, name) => picture(page).getByRole('link', { name, exact: true });
const focused = page => page.locator(':focus');
const size = async page => (await picture(page).getByRole('group').boundingBox()).width;

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
  await page.getByRole('button', { name: 'Show all' }).click();
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
  await page.mouse.up();
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
  await expect(page.getByLabel('Arrows point')).toHaveValue('LR');
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
});
