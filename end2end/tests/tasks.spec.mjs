// What people come for, from the home page, by mouse and by keyboard alone, within a number of steps. A step is a click, or a
// key that is not typing; keys that are held together are one.
import { expect, live, test } from './fixtures.mjs';

class Steps {
  constructor(page) {
    this.page = page;
    this.taken = 0;
  }

  click(target) {
    this.taken += 1;
    return target.click();
  }

  press(key) {
    this.taken += 1;
    return this.page.keyboard.press(key);
  }

  /** The palette, what it is asked for, and the first answer. */
  async command(words) {
    await this.press('Control+k');
    await this.page.keyboard.type(words);
    const palette = this.page.getByRole('dialog', { name: 'Go to anything' });
    await expect(palette.getByRole('option').first()).toContainText(words, { ignoreCase: true });
    await this.press('Enter');
  }
}

const lastWeek = new Date(Date.now() - 7 * 24 * 3600 * 1000).toLocaleDateString('en-GB', { weekday: 'long', timeZone: 'UTC' });

const tasks = [
  {
    name: 'find a service and its owner',
    most: 2,
    async mouse(page, steps) {
      await steps.click(page.getByRole('main').getByRole('link', { name: /Components/ }).first());
      await steps.click(page.getByRole('link', { name: 'Berth Booking', exact: true }));
    },
    keys: (_, steps) => steps.command('berth booking'),
    async done(page) {
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Berth Booking');
      await expect(page.getByRole('region', { name: 'Facts' }).getByRole('link', { name: 'Berths' })).toBeVisible();
    },
  },
  {
    name: 'list what depends on it',
    most: 2,
    async mouse(page, steps) {
      await steps.click(page.getByRole('main').getByRole('link', { name: /APIs/ }).first());
      await steps.click(page.getByRole('link', { name: 'Fares API', exact: true }));
    },
    keys: (_, steps) => steps.command('fares api'),
    async done(page) {
      const consumers = page.getByRole('region', { name: 'Relations', exact: true }).locator('dl > div').filter({ hasText: 'Consumed by' });
      await expect(consumers.getByRole('link', { name: 'Berth Booking' })).toBeVisible();
    },
  },
  {
    name: 'compare now with the same day of last week',
    most: 3,
    async mouse(page, steps) {
      await steps.click(page.getByRole('list', { name: 'All that changed since' }).getByRole('link', { name: new RegExp(`^${lastWeek}`) }));
    },
    keys: (_, steps) => steps.command(`what changed since: ${lastWeek}`),
    async done(page) {
      await expect(page).toHaveURL(/\/catalog\/compare\?from=\d{4}-\d{2}-\d{2}$/);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Changes');
    },
  },
  {
    name: 'see why a file is a problem',
    most: 2,
    mouse: (page, steps) => steps.click(page.getByRole('banner').getByRole('link', { name: /^Problems/ })),
    async keys(_, steps) {
      await steps.press('g');
      await steps.press('p');
    },
    async done(page) {
      const problem = page.getByRole('article').filter({ hasText: 'Not valid YAML' });
      await expect(problem).toContainText('broken-yaml/catalog-info.yaml:22:5');
      await expect(problem).toContainText('Next:');
    },
  },
  {
    name: 'change the grouping',
    from: '/catalog',
    most: 2,
    async mouse(page, steps) {
      await steps.click(page.getByText('Group by: nothing'));
      await steps.click(page.getByRole('list', { name: 'Group by' }).getByRole('link', { name: 'Owner' }));
    },
    keys: (_, steps) => steps.command('group by owner'),
    async done(page) {
      await expect(page).toHaveURL('/catalog?group=owner');
      await expect(page.locator('details.group').first()).toBeVisible();
    },
  },
];

for (const { name, from = '/', most, mouse, keys, done } of tasks) {
  for (const [by, act] of Object.entries({ mouse, keys })) {
    test(`${name}, by ${by}`, async ({ page }) => {
      await page.goto(from);
      await live(page);
      const steps = new Steps(page);
      await act(page, steps);
      await done(page);
      expect(steps.taken, 'steps').toBeLessThanOrEqual(most);
    });
  }
}

for (const by of ['mouse', 'keys']) {
  test(`save a filtered view and share it, by ${by}`, async ({ page, ownPortal }) => {
    await page.goto(`${ownPortal.url}/catalog?kind=API`);
    await live(page);
    const steps = new Steps(page);
    if (by === 'mouse') await steps.click(page.getByRole('button', { name: 'Save view' }));
    else await steps.press('v');
    await expect(page.getByLabel('Title of the view')).toBeFocused();
    await page.keyboard.type('Our APIs');
    if (by === 'mouse') await steps.click(page.getByRole('button', { name: 'Save and share' }));
    else await steps.press('Control+Enter');
    await expect(page.getByRole('button', { name: 'Saved views: Our APIs' })).toBeVisible();
    expect(steps.taken, 'steps').toBeLessThanOrEqual(2);
    await page.goto(`${ownPortal.url}/views`);
    await expect(page.getByRole('region', { name: 'Yours' })).toContainText('Address to send');
  });
}
