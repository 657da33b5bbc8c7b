// People sign in at a strict provider, and are who they are until they sign out.
import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import { freePort, Portal } from '../portal.mjs';
import { CLIENT_SECRET, signInWith, strictProvider } from '../provider.mjs';
import { expect, test as base } from './fixtures.mjs';

/** A portal with a provider; guests may come in only where a test says so. */
const test = base.extend({
  guest: [false, { option: true }],
  home: [
    async ({ guest, console }, use) => {
      const port = await freePort();
      const config = signInWith(`http://127.0.0.1:${port}`);
      if (guest) config.auth.providers.guest = {};
      const portal = await Portal.start(config);
      const provider = await strictProvider(portal.url, port);
      await use(portal);
      console.matters = false;
      provider.stop();
      await portal.remove();
    },
    { timeout: 120_000 },
  ],
  baseURL: async ({ home }, use) => use(home.url),
});

// The pages of the provider ask for what is not there, and one test ends a session under an open page.
test.use({ provoked: /fonts\.googleapis\.com|favicon\.ico|status of 401/ });

/** Goes through the pages of the provider. */
async function passTheProvider(page, login) {
  await page.getByPlaceholder('Enter any login').fill(login);
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

async function signIn(page, login, from = '/sign-in') {
  await page.goto(from);
  await page.getByRole('link', { name: 'Sign in with 127.0.0.1' }).click();
  await passTheProvider(page, login);
}

const account = page => page.getByRole('button', { name: /^Account of/ });

const GATED = `apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: { name: gated, title: Gated }
spec:
  owner: platform
  type: service
  steps:
    - id: gate
      name: Approval
      action: wait:approval
      input: { approvers: ['user:default/ada.brandt'], title: A new cluster, selfApproval: true, commentRequired: true }
    - { id: say, name: Say it, action: 'debug:log', input: { message: 'by \${{ steps.gate.output.by }}' } }
`;

test('who may approves a run, with what is asked for', async ({ page, home }) => {
  await home.write('catalog-info.yaml', GATED);
  await signIn(page, 'ada.brandt');
  // Without a form there is nothing but the review.
  await expect(async () => {
    await page.goto('/create/templates/default/gated');
    await expect(page.getByRole('button', { name: 'Create', exact: true })).toBeVisible({ timeout: 1000 });
  }).toPass();
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  const asked = page.getByRole('region', { name: 'A new cluster' });
  await expect(asked).toContainText('user:default/ada.brandt');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await asked.getByRole('button', { name: 'Approve' }).click();
  await expect(asked.getByLabel('Comment'), 'a comment is asked for').toBeFocused();
  await asked.getByLabel('Comment').fill('fine');
  // The page finds its way back to a portal that was away, with what was typed.
  await asked.getByRole('button', { name: 'Reject' }).focus();
  const again = page.waitForResponse(answer => answer.url() === page.url() && answer.ok());
  await home.stop();
  await home.run();
  await (await again).finished();
  await expect(asked.getByLabel('Comment')).toHaveValue('fine');
  await asked.getByRole('button', { name: 'Approve' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('log')).toContainText('by user:default/ada.brandt');
  await expect(page.locator('.wizard-head__facts .badge').first()).toHaveText('Completed');
  await page.goto('/create/tasks');
  await expect(page.getByRole('row', { name: /Gated/ })).toContainText('Ada Brandt');
});

test('by name: to the page that was wanted, and out again', async ({ page, home }) => {
  await page.goto('/catalog?kind=Domain');
  await expect(page, 'nobody is sent to sign in').toHaveURL('/sign-in?redirectUrl=%2Fcatalog%3Fkind%3DDomain');
  await expect(page.getByRole('link', { name: 'Continue as guest' })).toHaveCount(0);
  await expect(page.getByRole('navigation', { name: 'Main' })).toHaveCount(0);
  await page.getByRole('link', { name: 'Sign in with 127.0.0.1' }).click();
  await passTheProvider(page, 'ada.brandt');
  await expect(page).toHaveURL('/catalog?kind=Domain');
  await expect(account(page)).toHaveText(/Ada Brandt/);

  const [cookie] = (await page.context().cookies(home.url)).filter(({ name }) => name === 'portico-session');
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });

  await test.step('the bar has room for all of it', async () => {
    for (const width of [1200, 1280, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      const right = await account(page).evaluate(button => button.getBoundingClientRect().right);
      const left = await page.locator('.connection').evaluate(words => words.getBoundingClientRect().left);
      expect(left, `at ${width} pixels`).toBeGreaterThanOrEqual(right);
    }
  });

  await test.step('the menu works by keyboard', async () => {
    await account(page).focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('link', { name: 'Your page' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('link', { name: 'Your page' })).toBeHidden();
    await expect(account(page)).toBeFocused();
    await account(page).click();
    await page.getByRole('link', { name: 'Your page' }).click();
    await expect(page).toHaveURL('/catalog/default/user/ada.brandt');
  });

  await test.step('settings say who one is, and axe finds nothing', async () => {
    await account(page).click();
    await page.getByRole('link', { name: 'Settings' }).click();
    await expect(page.getByRole('region', { name: 'Profile' })).toContainText('user:default/ada.brandt');
    await expect(page.getByRole('region', { name: 'Where you are signed in' })).toContainText('Chrome on Linux');
    await account(page).click();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);
    await page.keyboard.press('Escape');
  });

  await test.step('Backstage asks who it is', async () => {
    const answer = await page.request.post('/api/auth/oidc/refresh');
    const { backstageIdentity, profile } = await answer.json();
    expect(backstageIdentity.identity.userEntityRef).toBe('user:default/ada.brandt');
    expect(backstageIdentity.identity.ownershipEntityRefs[0]).toBe('user:default/ada.brandt');
    expect(backstageIdentity.identity.ownershipEntityRefs.length).toBeGreaterThan(1);
    expect(profile.displayName).toBe('Ada Brandt');
  });

  await test.step('a restart ends no session', async () => {
    await home.stop();
    await home.run();
    await page.goto('/');
    await expect(account(page)).toBeVisible();
  });

  await test.step('sign out', async () => {
    await account(page).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page).toHaveURL('/sign-in?signedOut=true');
    await expect(page.getByRole('main').getByRole('status')).toContainText('You are signed out');
    await expect(page.getByRole('link', { name: 'Sign out of 127.0.0.1 as well' })).toHaveAttribute('href', /\/session\/end\?/);
    // The token of before opens nothing any more.
    const answer = await fetch(`${home.url}/api/catalog/entities`, { headers: { cookie: `portico-session=${cookie.value}` } });
    expect(answer.status).toBe(401);
  });

  await test.step('and nothing secret was written', async () => {
    const log = await readFile(home.log, 'utf8');
    expect(log).toContain('user:default/ada.brandt signed in');
    for (const secret of [CLIENT_SECRET, cookie.value, 'code=']) expect(log).not.toContain(secret);
  });
});

test('by e-mail address, without scripts', async ({ browser, home }) => {
  const context = await browser.newContext({ baseURL: home.url, javaScriptEnabled: false });
  const page = await context.newPage();
  await signIn(page, 'mail.ada.brandt', '/settings');
  await expect(page).toHaveURL('/settings');
  await expect(page.getByRole('region', { name: 'Profile' })).toContainText('user:default/ada.brandt');
  await context.close();
});

test('somebody who is not in the catalog is told what was tried', async ({ page, home }) => {
  await signIn(page, '<b>mallory</b>');
  await expect(page).toHaveURL('/sign-in?error=no-user');
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('You are not in the catalog');
  await expect(alert).toContainText('“<b>mallory</b>” (preferred_username) can\'t be the name of a User.');
  await expect(alert).toContainText('No User has the e-mail address <b>mallory</b>@moonrail.example');
  await page.goto('/catalog');
  await expect(page).toHaveURL(/\/sign-in/);
  expect((await page.context().cookies(home.url)).map(({ name }) => name)).not.toContain('portico-session');
});

test('whoever turns back at the provider is told so', async ({ page }) => {
  await page.goto('/sign-in');
  await page.getByRole('link', { name: 'Sign in with 127.0.0.1' }).click();
  await page.getByRole('link', { name: /Cancel/ }).click();
  await expect(page).toHaveURL('/sign-in?error=refused');
  await expect(page.getByRole('alert')).toContainText('The sign-in service did not let you in');
});

test('a session that was ended elsewhere ends here', async ({ page, browser, home }) => {
  await signIn(page, 'ada.brandt', '/catalog');
  await expect(page).toHaveURL('/catalog');
  const context = await browser.newContext({ baseURL: home.url });
  const other = await context.newPage();
  await signIn(other, 'ada.brandt', '/settings');
  await other.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await expect(other).toHaveURL('/settings#sessions');
  await expect(other.getByRole('button', { name: 'Sign out everywhere else' })).toHaveCount(0);

  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Graph' }).click();
  await expect(page.getByRole('heading', { name: 'Your session ended' })).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click();
  await expect(page).toHaveURL('/sign-in?redirectUrl=%2Fcatalog-graph');
  await expect(page.getByRole('main').getByRole('status')).toContainText('Your session ended');
  await context.close();
});

test('pages of another site change nothing', async ({ page, home }) => {
  await signIn(page, 'ada.brandt', '/catalog');
  for (const path of ['/api/auth/oidc/logout', '/api/portico/sessions/end', '/api/auth/oidc/refresh']) {
    const answer = await page.request.post(`${home.url}${path}`, { headers: { origin: 'https://evil.example' }, form: {} });
    expect(answer.status(), path).toBe(403);
  }
  await page.goto('/catalog');
  await expect(account(page)).toBeVisible();
});

test.describe('beside guests', () => {
  test.use({ guest: true });

  test('a guest looks around, and signs in when they like', async ({ page }) => {
    await page.goto('/catalog?kind=Domain');
    await expect(page.getByRole('row').nth(1)).toBeVisible();
    await page.getByRole('banner').getByRole('link', { name: 'Sign in' }).click();
    await expect(page.getByRole('link', { name: 'Continue as guest' })).toHaveAttribute('href', '/catalog?kind=Domain');
    await page.getByRole('link', { name: 'Sign in with 127.0.0.1' }).click();
    await passTheProvider(page, 'ada.brandt');
    await expect(page).toHaveURL('/catalog?kind=Domain');
    await expect(account(page)).toBeVisible();
  });
});
