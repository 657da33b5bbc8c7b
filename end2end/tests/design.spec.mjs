// The design system: every component by mouse and by keyboard, its colours measured, its sizes checked.
import { choose, findings, smallTargets, THEMES } from './checks.mjs';
import { expect, live, test } from './fixtures.mjs';

const focused = page => page.locator(':focus');

const section = (page, name) => page.getByRole('region', { name, exact: true });

test.beforeEach(async ({ page, javaScriptEnabled }) => {
  await page.goto('/design');
  if (javaScriptEnabled !== false) await live(page);
});

test('a dialog holds the focus, and gives it back', async ({ page }) => {
  const opener = section(page, 'Dialog').getByRole('button', { name: 'Unregister' });
  const dialog = page.getByRole('dialog', { name: 'Unregister “Payments”?' });

  await test.step('by keyboard', async () => {
    await opener.focus();
    await page.keyboard.press('Enter');
    await expect(dialog).toBeVisible();
    for (let count = 0; count < 12; count += 1) {
      await page.keyboard.press('Tab');
      // Between the last stop and the first one lies the browser's own frame, which is the body for a page.
      const inside = await page.evaluate(() => document.activeElement === document.body || Boolean(document.activeElement.closest('dialog')));
      expect(inside, `stop ${count} lies in the dialog`).toBe(true);
    }
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(opener).toBeFocused();
  });

  await test.step('by mouse', async () => {
    await opener.click();
    await dialog.getByRole('button', { name: 'Keep it' }).click();
    await expect(dialog).toBeHidden();
    await opener.click();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await expect(dialog).toBeHidden();
    await expect(opener).toBeFocused();
  });

  await test.step('what was typed is not lost to a click beside it', async () => {
    await opener.click();
    await dialog.getByLabel('Type the name to go on').fill('Pay');
    await page.mouse.click(5, 5);
    await expect(dialog).toBeVisible();
  });
});

test('code closes a dialog and opens it again', async ({ page }) => {
  const dialog = page.getByRole('dialog', { name: 'Unregister “Payments”?' });
  await section(page, 'Dialog').getByRole('button', { name: 'Unregister' }).click();
  await dialog.getByRole('button', { name: 'Unregister' }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(dialog).toBeVisible();
});

test('a drawer closes on Esc and on a click beside it', async ({ page }) => {
  const opener = section(page, 'Drawer').getByRole('button', { name: 'Peek' });
  const drawer = page.getByRole('dialog', { name: 'Payments', exact: true });
  await opener.click();
  await expect(drawer).toBeVisible();
  await page.mouse.click(20, 300);
  await expect(drawer).toBeHidden();
  await opener.press('Enter');
  await expect(drawer).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(drawer).toBeHidden();
  await expect(opener).toBeFocused();
});

test('a menu by keyboard', async ({ page }) => {
  const button = section(page, 'Menu').getByRole('button', { name: 'Actions', exact: true });
  await button.focus();
  await page.keyboard.press('ArrowDown');
  const list = page.getByRole('list', { name: 'Actions', exact: true });
  await expect(list).toBeVisible();
  await expect(focused(page)).toHaveText('Light');
  await page.keyboard.press('ArrowUp');
  await expect(focused(page)).toHaveText('Archive');
  await page.keyboard.press('ArrowDown');
  await expect(focused(page)).toHaveText('Light');
  await page.keyboard.press('End');
  await expect(focused(page)).toHaveText('Archive');
  await page.keyboard.press('Escape');
  await expect(list).toBeHidden();
  await expect(button).toBeFocused();

  await test.step('a choice closes it', async () => {
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await expect(list).toBeHidden();
    await expect(page.getByRole('status').filter({ hasText: 'Archived' })).toBeVisible();
    await expect(button).toBeFocused();
  });
});

test('a menu by mouse lies at its button', async ({ page }) => {
  const button = section(page, 'Menu').getByRole('button', { name: 'More actions' });
  await button.click();
  const list = page.getByRole('list', { name: 'More actions' });
  await expect(list).toBeVisible();
  const [at, of] = [await list.boundingBox(), await button.boundingBox()];
  const apart = Math.min(Math.abs(at.y - (of.y + of.height)), Math.abs(of.y - (at.y + at.height)));
  expect(apart, 'pixels between the button and its list').toBeLessThan(12);
  await page.mouse.click(600, 5);
  await expect(list).toBeHidden();
});

test('a combobox by keyboard', async ({ page }) => {
  const field = section(page, 'Combobox').getByRole('combobox', { name: 'Kind' });
  await field.focus();
  await expect(field).toHaveAttribute('aria-expanded', 'false');
  await page.keyboard.type('o');
  await expect(field).toHaveAttribute('aria-expanded', 'true');
  const options = section(page, 'Combobox').getByRole('option');
  await expect(options).toHaveCount(4);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(options.nth(1)).toHaveAttribute('aria-selected', 'true');
  await expect(field).toHaveAttribute('aria-activedescendant', await options.nth(1).getAttribute('id'));
  await expect(field).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(field).toHaveValue('Domain');
  await expect(field).toHaveAttribute('aria-expanded', 'false');
  await expect(field).not.toHaveAttribute('aria-activedescendant', /./);

  await page.keyboard.press('ArrowDown');
  await expect(field).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('Escape');
  await expect(field).toHaveAttribute('aria-expanded', 'false');
  await expect(field).toHaveValue('Domain');
});

test('a combobox by mouse', async ({ page }) => {
  const field = section(page, 'Combobox').getByRole('combobox', { name: 'Kind' });
  await field.click();
  await section(page, 'Combobox').getByRole('option', { name: /^System/ }).click();
  await expect(field).toHaveValue('System');
  await expect(field).toBeFocused();
  await expect(section(page, 'Combobox').getByRole('listbox')).toBeHidden();
});

test('a tree by keyboard and by mouse', async ({ page }) => {
  const tree = page.getByRole('tree', { name: 'Sample of a tree' });
  const item = name => tree.getByRole('treeitem', { name, exact: true });
  await item('Railway').focus();
  for (const [key, name] of [
    ['ArrowDown', 'Money'],
    ['ArrowRight', 'Payments'],
    ['End', 'Partners'],
    ['ArrowDown', 'Partners'],
    ['Home', 'Railway'],
    ['ArrowUp', 'Railway'],
    ['ArrowRight', 'Money'],
  ]) {
    await page.keyboard.press(key);
    await expect(item(name), key).toBeFocused();
  }
  await page.keyboard.press('ArrowLeft');
  await expect(item('Money')).toHaveAttribute('aria-expanded', 'false');
  await expect(item('Payments')).toBeHidden();
  await page.keyboard.press('ArrowDown');
  await expect(item('Operations')).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(item('Railway')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await expect(item('Payments')).toBeVisible();

  await tree.locator('.tree__twist').nth(1).click();
  await expect(item('Payments')).toBeHidden();
});

test('a tooltip by click and by key', async ({ page }) => {
  const sign = section(page, 'Tooltip').getByRole('button', { name: 'About orphans' });
  const text = page.getByText('Entities whose file no registered location');
  await sign.click();
  await expect(text).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(text).toBeHidden();
  await sign.press('Enter');
  await expect(text).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(sign).toBeFocused();
});

test('a message can be taken back, by mouse and by keyboard', async ({ page }) => {
  const opener = section(page, 'Toast').getByRole('button', { name: 'Remove the view' });
  const messages = page.getByRole('region', { name: 'Messages (F8)' });
  await opener.click();
  // It is announced: it stands in a live region that was there before.
  await expect(messages.getByRole('status')).toContainText('View removed');
  await messages.getByRole('button', { name: 'Undo' }).click();
  await expect(section(page, 'Toast').getByText('It is back.')).toBeVisible();
  await expect(messages.getByText('View removed')).toHaveCount(0);

  await opener.press('Enter');
  await page.keyboard.press('F8');
  await expect(messages.getByRole('button', { name: 'Undo' })).toBeFocused();
  await page.keyboard.press('F8');
  await expect(opener).toBeFocused();
  await page.keyboard.press('F8');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(messages.getByText('View removed')).toHaveCount(0);
  await expect(opener).toBeFocused();
});

test('a message stays ten seconds and more, and as long as somebody reads it', async ({ page }) => {
  // Long timers are kept here in place of the browser, so that nobody has to wait for them.
  await page.addInitScript(() => {
    const [set, clear] = [window.setTimeout, window.clearTimeout];
    window.pending = new Map();
    let last = 1_000_000;
    window.setTimeout = (act, after, ...rest) => {
      if (!(after >= 5_000)) return set(act, after, ...rest);
      last += 1;
      window.pending.set(last, { act, after });
      return last;
    };
    window.clearTimeout = number => window.pending.delete(number) || clear(number);
  });
  await page.goto('/design');
  await live(page);
  const before = await page.evaluate(() => window.pending.size);
  const running = () => page.evaluate(from => [...window.pending.values()].slice(from).map(({ after }) => after), before);
  const message = page.getByRole('region', { name: 'Messages (F8)' }).getByText('View removed');

  await section(page, 'Toast').getByRole('button', { name: 'Remove the view' }).click();
  await expect(message).toBeVisible();
  expect(await running()).toHaveLength(1);
  expect((await running())[0], 'milliseconds').toBeGreaterThanOrEqual(10_000);

  await message.hover();
  await expect.poll(running, 'time stands still below the pointer').toEqual([]);
  await page.keyboard.press('F8');
  await page.mouse.move(5, 5);
  await expect.poll(running, 'and where the focus is').toEqual([]);
  await page.keyboard.press('F8');
  await expect.poll(running, 'and runs again').toHaveLength(1);
  await page.evaluate(() => [...window.pending.values()].at(-1).act());
  await expect(message).toHaveCount(0);
});

/** Ratio of the lighter to the darker of two colours (WCAG 2.2), for what is measured on the page. */
const measured = page => page.evaluate(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const light = colour => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    if (alpha !== 255) throw new Error(`${colour} shows what is behind it`);
    const part = value => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue);
  };
  return [...document.querySelectorAll('[data-contrast]')].map(sample => {
    const { color, backgroundColor, borderTopColor } = getComputedStyle(sample);
    const kind = sample.dataset.contrast;
    const [darker, lighter] = [light(kind === 'frame' ? borderTopColor : color), light(backgroundColor)].sort((a, b) => a - b);
    return { kind, name: sample.textContent, ratio: (lighter + 0.05) / (darker + 0.05) };
  });
});

const ASKED = { name: 'light, and the system asks for more contrast', theme: 'light', colorScheme: 'light', contrast: 'more' };
const ASKED_DARK = { name: 'dark, and the system asks for more contrast', theme: 'dark', colorScheme: 'dark', contrast: 'more' };
for (const theme of [...THEMES, ASKED, ASKED_DARK]) {
  test(`${theme.name}: text and frames stand out from their grounds`, async ({ page, baseURL }) => {
    await choose(page, theme, baseURL);
    if (theme.contrast) await page.emulateMedia({ contrast: theme.contrast });
    await page.goto('/design');
    const pairs = await measured(page);
    expect(pairs.length).toBeGreaterThan(20);
    const high = theme.contrast || theme.theme === 'contrast';
    const least = { frame: 3, text: high ? 7 : 4.5 };
    expect(pairs.filter(({ kind, ratio }) => ratio < least[kind])).toEqual([]);
  });
}

test('every colour is on the page', async ({ page }) => {
  const css = await (await page.request.get('/style/tokens.css')).text();
  const colours = new Set([...css.matchAll(/--([\w-]+): light-dark\(#/g)].map(([, name]) => name));
  expect(colours.size).toBeGreaterThan(15);
  const shown = await page.locator('.swatch code').allTextContents();
  expect([...colours].sort()).toEqual(shown.sort());
});

test('high contrast is a choice of the theme switch, and stays', async ({ page, context, baseURL }) => {
  await page.getByRole('button', { name: 'High contrast' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'contrast');
  await expect.poll(async () => (await context.cookies(baseURL)).find(({ name }) => name === 'theme')?.value).toBe('contrast');
  expect(await (await context.request.get('/')).text()).toContain('data-theme="contrast"');
});

for (const theme of THEMES) {
  test(`${theme.name}: axe finds nothing in what is open`, async ({ page, baseURL }) => {
    await choose(page, theme, baseURL);
    await page.goto('/design');
    await live(page);
    await section(page, 'Toast').getByRole('button', { name: 'Remove the view' }).click();
    await section(page, 'Combobox').getByRole('combobox', { name: 'Kind' }).fill('o');
    await page.keyboard.press('ArrowDown');
    expect(await findings(page, ['#combobox', '#toasts']), 'suggestions and a message').toEqual([]);
    await section(page, 'Menu').getByRole('button', { name: 'Actions', exact: true }).click();
    expect(await findings(page, ['#menu']), 'a menu').toEqual([]);
    await section(page, 'Tooltip').getByRole('button', { name: 'About orphans' }).click();
    expect(await findings(page, ['#tooltip']), 'a tooltip').toEqual([]);
    await section(page, 'Dialog').getByRole('button', { name: 'Unregister' }).click();
    expect(await findings(page, ['dialog[open]']), 'a dialog').toEqual([]);
    await page.keyboard.press('Escape');
    await section(page, 'Drawer').getByRole('button', { name: 'Peek' }).click();
    expect(await findings(page, ['dialog[open]']), 'a drawer').toEqual([]);
  });
}

test('what opens fits into 320 pixels, with targets that can be hit', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  const within = async (locator, what) => {
    await expect(locator).toBeVisible();
    await expect.poll(async () => {
      const { x, width } = await locator.boundingBox();
      return x >= 0 && x + width <= 320;
    }, `${what} lies in the window`).toBe(true);
    expect(await smallTargets(page), what).toEqual([]);
  };
  await section(page, 'Menu').getByRole('button', { name: 'More actions' }).click();
  await within(page.getByRole('list', { name: 'More actions' }), 'a menu');
  await page.keyboard.press('Escape');
  await section(page, 'Toast').getByRole('button', { name: 'Remove the view' }).click();
  await within(page.locator('.toast'), 'a message');
  await page.locator('.toast').getByRole('button', { name: 'Dismiss' }).click();
  await section(page, 'Dialog').getByRole('button', { name: 'Unregister' }).click();
  await within(page.getByRole('dialog', { name: 'Unregister “Payments”?' }), 'a dialog');
  await page.keyboard.press('Escape');
  await section(page, 'Drawer').getByRole('button', { name: 'Peek' }).click();
  await within(page.getByRole('dialog', { name: 'Payments', exact: true }), 'a drawer');
});

test('who asks for less motion gets none', async ({ page }) => {
  const moving = () => page.evaluate(() => [...document.querySelectorAll('*')].filter(element => {
    const { transitionDuration, animationName } = getComputedStyle(element);
    return animationName !== 'none' || transitionDuration.split(',').some(duration => parseFloat(duration) > 0);
  }).length);
  expect(await moving()).toBeGreaterThan(0);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  expect(await moving()).toBe(0);
});

test('the focus can be seen on every control, also where the system chooses the colours', async ({ page }) => {
  for (const forcedColors of ['none', 'active']) {
    await page.emulateMedia({ forcedColors });
    await page.locator('#button').scrollIntoViewIfNeeded();
    await page.locator('#button-plain').focus();
    for (let count = 0; count < 30; count += 1) {
      await page.keyboard.press('Tab');
      const ring = await page.evaluate(() => {
        const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
        return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 ? null : document.activeElement.outerHTML.slice(0, 160);
      });
      expect(ring, 'a focused control without a ring').toBeNull();
    }
  }
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('dialogs, menus and tooltips open, trees lie open', async ({ page }) => {
    await page.goto('/design');
    await section(page, 'Dialog').getByRole('button', { name: 'Unregister' }).click();
    await expect(page.getByRole('dialog', { name: 'Unregister “Payments”?' })).toBeVisible();
    await page.getByRole('button', { name: 'Close' }).click();
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await section(page, 'Menu').getByRole('button', { name: 'Actions', exact: true }).click();
    await expect(page.getByRole('list', { name: 'Actions', exact: true })).toBeVisible();
    await page.keyboard.press('Escape');
    await section(page, 'Tooltip').getByRole('button').click();
    await expect(page.getByText('Entities whose file no registered location')).toBeVisible();
    await expect(page.getByRole('treeitem')).toHaveCount(7);
  });
});
