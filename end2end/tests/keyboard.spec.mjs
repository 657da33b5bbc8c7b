// Everything by keyboard alone, in an order that makes sense.
import { expect, live, test } from './fixtures.mjs';

const focused = page => page.locator(':focus');

test('the first stop is the way past the navigation', async ({ page }) => {
  await page.goto('/catalog');
  await live(page);
  await page.keyboard.press('Tab');
  await expect(focused(page)).toHaveText('Skip to content');
  await expect(focused(page)).toBeInViewport();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  // The next stop lies in the content.
  expect(await page.evaluate(() => Boolean(document.activeElement.closest('main')))).toBe(true);
});

test('stops come in reading order: name, navigation, search, colours, content', async ({ page }) => {
  await page.goto('/problems');
  await live(page);
  const stops = [];
  for (let count = 0; count < 16; count += 1) {
    await page.keyboard.press('Tab');
    stops.push(await page.evaluate(() => {
      const element = document.activeElement;
      if (element.closest('main')) return 'content';
      return (element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent).trim();
    }));
  }
  const order = ['Skip to content', 'Moonrail Portal', 'Home', 'Catalog', 'Graph', 'Create', /^Problems/, 'Search the catalog', 'Colours of the system', 'Light colours', 'Dark colours', 'High contrast', 'content'];
  let from = 0;
  for (const expected of order) {
    const place = stops.findIndex((stop, index) => index >= from && (expected instanceof RegExp ? expected.test(stop) : stop === expected));
    expect(place, `"${expected}" after stop ${from} of ${stops.join(' | ')}`).not.toBe(-1);
    from = place + 1;
  }
});

test('every stop can be seen', async ({ page }) => {
  await page.goto('/catalog?kind=Domain');
  await live(page);
  for (let count = 0; count < 40; count += 1) {
    await page.keyboard.press('Tab');
    const hidden = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      const style = getComputedStyle(element);
      const row = element.closest('label, .search, form') ?? element;
      const ring = [element, row].some(one => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
        return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
      });
      return ring && style.visibility === 'visible' ? null : element.outerHTML.slice(0, 200);
    });
    expect(hidden, 'a focused element without a visible ring').toBeNull();
  }
});

test('Enter opens the entity of a row', async ({ page }) => {
  await page.goto('/catalog?kind=Domain');
  await live(page);
  const first = page.getByRole('rowheader').first().getByRole('link').first();
  await first.focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/catalog/default/domain/engineering');
  // The focus moves to the new content, so that reading goes on there.
  await expect(page.getByRole('main')).toBeFocused();
});

test('Space chooses a filter and the focus stays on it', async ({ page }) => {
  await page.goto('/catalog');
  await live(page);
  const box = page.getByRole('group', { name: 'Kind', exact: true }).getByRole('checkbox', { name: /^Domain/ });
  await box.focus();
  await page.keyboard.press('Space');
  await expect(page).toHaveURL('/catalog?kind=Domain');
  await expect(box).toBeChecked();
  await expect(box).toBeFocused();
});
