// What people keep: stars by mouse, keyboard and without scripts; saved views; what was visited last; the home page.
import { expect, live, test } from './fixtures.mjs';

const SERVICE = '/catalog/default/component/berth-booking';
const starOf = (page, name) => page.getByRole('button', { name: `Star ${name}`, exact: true });
const section = (page, name) => page.getByRole('region', { name, exact: true });

// One test has a star refused.
test.use({ provoked: /status of 503/ });

test.describe('stars', () => {
  test('by mouse, and they are on the home page', async ({ page }) => {
    await page.goto(SERVICE);
    await live(page);
    const star = starOf(page, 'Berth Booking');
    await expect(star).toHaveAttribute('aria-pressed', 'false');
    const saved = page.waitForResponse(/set-star/);
    await star.click();
    await expect(star).toHaveAttribute('aria-pressed', 'true');
    expect((await saved).ok()).toBe(true);
    // Without a reload, then with one.
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Home' }).click();
    await expect(section(page, 'Starred').getByRole('link', { name: 'Berth Booking' })).toBeVisible();
    await page.reload();
    await live(page);
    const onHome = section(page, 'Starred').getByRole('button', { name: 'Star Berth Booking' });
    await expect(onHome).toHaveAttribute('aria-pressed', 'true');
    await onHome.click();
    await expect(onHome).toHaveAttribute('aria-pressed', 'false');
  });

  test('by keyboard, and the focus stays', async ({ page }) => {
    await page.goto(SERVICE);
    await live(page);
    const star = starOf(page, 'Berth Booking');
    await star.focus();
    for (const [key, pressed] of [['Enter', 'true'], ['Space', 'false'], ['Space', 'true']]) {
      const saved = page.waitForResponse(/set-star/);
      await page.keyboard.press(key);
      await expect(star).toHaveAttribute('aria-pressed', pressed);
      await saved;
      await expect(star).toBeFocused();
    }
  });

  test('what the server refuses is taken back and said', async ({ page }) => {
    await page.goto(SERVICE);
    await live(page);
    await page.route(/set-star/, route => route.fulfill({ status: 503, body: 'no' }));
    const star = starOf(page, 'Berth Booking');
    await star.click();
    await expect(page.getByText('Not saved. Try again.')).toBeVisible();
    await expect(star).toHaveAttribute('aria-pressed', 'false');
  });

  test.describe('without scripts', () => {
    test.use({ javaScriptEnabled: false });

    test('they are a form', async ({ page }) => {
      await page.goto(SERVICE);
      for (const pressed of ['true', 'false']) {
        await starOf(page, 'Berth Booking').click();
        await expect(page).toHaveURL(/berth-booking\??$/);
        await expect(starOf(page, 'Berth Booking')).toHaveAttribute('aria-pressed', pressed);
      }
    });
  });
});

test.describe('saved views', () => {
  test('save and share in two actions, open, rename, delete', async ({ page, browser, ownPortal }) => {
    await page.goto(`${ownPortal.url}/catalog?kind=API`);
    await live(page);
    await page.getByRole('button', { name: 'Save view' }).click();
    await expect(page.getByLabel('Title of the view')).toBeFocused();
    await page.keyboard.type('Our APIs');
    await page.getByRole('button', { name: 'Save and share' }).click();

    await expect(page).toHaveURL(/\/catalog\?kind=API$/);
    const menu = page.getByRole('button', { name: 'Saved views: Our APIs' });
    await expect(menu).toBeVisible();
    await expect(page.getByText('Saved and shared: Address to send')).toBeVisible();
    await expect(page.getByRole('link', { name: 'Address to send' })).toHaveAttribute('href', /^\/views\/[0-9a-f-]+$/);
    await live(page);

    await test.step('a colleague finds it, and may not change it', async () => {
      const colleague = await (await browser.newContext()).newPage();
      await colleague.goto(`${ownPortal.url}/catalog`);
      await live(colleague);
      await colleague.getByRole('button', { name: 'Saved views: Views' }).click();
      const views = colleague.getByRole('navigation', { name: 'Saved views' });
      await expect(views).toContainText('by a guest');
      await views.getByRole('link', { name: 'Our APIs' }).click();
      await expect(colleague).toHaveURL(/\/catalog\?kind=API$/);
      await expect(views).toBeHidden();
      await expect(colleague.getByRole('button', { name: 'Saved views: Our APIs' })).toBeFocused();
      await colleague.goto(`${ownPortal.url}/views`);
      await expect(section(colleague, 'Shared by others')).toContainText('Our APIs');
      await expect(colleague.getByText('Delete for good')).toHaveCount(0);
      await colleague.context().close();
    });

    await test.step('the active one is marked', async () => {
      await menu.click();
      const link = page.getByRole('navigation', { name: 'Saved views' }).getByRole('link', { name: 'Our APIs' });
      await expect(link).toHaveAttribute('aria-current', 'page');
      await page.keyboard.press('Escape');
      await expect(menu).toBeFocused();
    });

    await test.step('its own address leads to it', async () => {
      await page.goto(`${ownPortal.url}/views`);
      const address = await page.getByRole('link', { name: 'Address to send' }).getAttribute('href');
      expect(address).toMatch(/^\/views\/[0-9a-f-]{36}$/);
      await page.goto(ownPortal.url + address);
      await expect(page).toHaveURL(/\/catalog\?kind=API$/);
    });

    await test.step('rename, stop sharing, delete', async () => {
      await page.goto(`${ownPortal.url}/views`);
      await live(page);
      await page.getByText('Change', { exact: true }).click();
      await page.getByLabel('New title').fill('Interfaces');
      await page.getByRole('button', { name: 'Rename' }).click();
      await expect(section(page, 'Yours')).toContainText('Interfaces');
      await page.getByText('Change', { exact: true }).click();
      await page.getByRole('button', { name: 'Stop sharing: Interfaces' }).click();
      await expect(page.getByRole('link', { name: 'Address to send' })).toHaveCount(0);
      await page.goto(`${ownPortal.url}/`);
      await expect(section(page, 'Saved views').getByRole('link', { name: 'Interfaces' })).toBeVisible();
      await page.goto(`${ownPortal.url}/views`);
      await page.getByText('Change', { exact: true }).click();
      await page.getByRole('button', { name: 'Delete Interfaces for good' }).click();
      await expect(page.getByText('You have no saved views')).toBeVisible();
    });
  });

  test('the form keeps what is typed while the catalog changes', async ({ page, ownPortal }) => {
    await page.goto(`${ownPortal.url}/problems?severity=warning`);
    await live(page);
    await page.getByRole('button', { name: 'Save view' }).click();
    await page.keyboard.type('Half a');
    const asked = page.waitForResponse(/ui\/page/);
    await ownPortal.edit('berth-booking/catalog-info.yaml', 'title: Berth Booking\n', 'title: Bunk Booking\n');
    await asked;
    await page.keyboard.type(' title');
    await expect(page.getByLabel('Title of the view')).toHaveValue('Half a title');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('button', { name: 'Saved views: Half a title' })).toBeVisible();
  });

  test.describe('without scripts', () => {
    test.use({ javaScriptEnabled: false });

    test('saved, chosen, deleted', async ({ page, ownPortal }) => {
      await page.goto(`${ownPortal.url}/catalog?kind=Domain`);
      await page.getByRole('button', { name: 'Save view' }).click();
      await page.getByLabel('Title of the view').fill('Domains');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.goto(`${ownPortal.url}/catalog`);
      await page.getByRole('button', { name: 'Saved views: Views' }).click();
      await page.getByRole('link', { name: 'Domains', exact: true }).click();
      await expect(page).toHaveURL(/kind=Domain/);
      await page.goto(`${ownPortal.url}/views`);
      await page.getByText('Change', { exact: true }).click();
      await page.getByRole('button', { name: 'Delete Domains for good' }).click();
      await expect(page.getByText('You have no saved views')).toBeVisible();
    });
  });
});

test.describe('the home page', () => {
  test('shows what was visited last, once the browser keeps something', async ({ page }) => {
    await page.goto('/');
    await expect(section(page, 'Starred')).toContainText('Nothing yet.');
    await expect(section(page, 'Recently visited')).toHaveCount(0);
    await page.goto(SERVICE);
    await live(page);
    const saved = page.waitForResponse(/set-star/);
    await starOf(page, 'Berth Booking').click();
    await saved;
    // By a link, so without a page load, and by address.
    await page.getByRole('main').getByRole('link', { name: 'Berths', exact: true }).first().click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Berths');
    await page.goto('/catalog/default/component/fare-engine');
    await page.goto('/');
    await live(page);
    const visited = section(page, 'Recently visited').getByRole('link');
    await expect(visited).toHaveText(['Fare Engine', 'Berths']);
  });

  test('shows the whole catalog at a glance', async ({ page }) => {
    await page.goto('/');
    await expect(section(page, 'What is broken')).toBeVisible();
    await expect(section(page, 'Recently changed')).toBeVisible();
    const coverage = section(page, 'Coverage at a glance').getByRole('listitem');
    await expect(coverage).toHaveCount(6);
    await expect(coverage.first()).toContainText('Components with an owner that exists');
  });

  test('leads from a share to what lacks it', async ({ page, ownPortal }) => {
    const lost = { apiVersion: 'backstage.io/v1alpha1', kind: 'Component', metadata: { name: 'lost' }, spec: { type: 'service', lifecycle: 'production', owner: 'who-left' } };
    await ownPortal.edit('landscape/domains.yaml', 'apiVersion:', `${JSON.stringify(lost)}\n---\napiVersion:`);
    await page.goto(`${ownPortal.url}/`);
    await live(page);
    await section(page, 'Coverage at a glance').getByRole('link', { name: /an owner that exists/ }).click();
    await expect(page).toHaveURL(`${ownPortal.url}/problems?code=dangling-relation&text=ownedBy`);
    await expect(page.getByRole('article')).toHaveCount(1);
    await expect(page.getByRole('article')).toContainText('who-left');
  });
});
