// The design system: every component by mouse and by keyboard, its colours measured, its sizes checked.
import { expect, live, test } from './fixtures.mjs';
import { focused } from './focus.mjs';

const section = (page, name) => page.getByRole('region', { name, exact: true });

test.beforeEach(async ({ page }) => {
  await page.goto('/design');
  await live(page);
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

test('a tooltip by click, by key, by pointer', async ({ page }) => {
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
