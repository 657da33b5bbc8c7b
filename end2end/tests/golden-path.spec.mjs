// From the form of a template to a repository and an entity of the catalog: the Spring Boot template of the examples, on a
// GitHub (`emulate`, a program that others wrote) and on Git's own server.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GitPeer } from '../git-peer.mjs';
import { GitHubPeer } from '../github-peer.mjs';
import { Portal, eventually } from '../portal.mjs';
import { expect, test } from './fixtures.mjs';

/** What the template makes. */
const FILES = [
  '.github/workflows/ci.yaml', '.gitignore', 'Dockerfile', 'README.md', 'catalog-info.yaml', 'docs/index.md', 'docs/runbook.md',
  'mkdocs.yml', 'pom.xml', 'src/main/java/com/moonrail/seatmap/Application.java', 'src/main/resources/application.yaml',
  'src/test/java/com/moonrail/seatmap/ApplicationTests.java',
];
/** From the button to the end of the run. */
const SOON = { timeout: 20_000 };

/** Fills in the first page of the form, and goes on to the second. */
async function theService(page, url) {
  await page.goto(`${url}/create`);
  await page.getByRole('link', { name: 'Spring Boot service' }).first().click();
  await page.getByLabel('Name').fill('seat-map');
  await page.getByRole('combobox', { name: 'Owner' }).fill('onboard');
  await page.getByLabel('Description').fill('Which <berths> & "seats" are free: ${{ secrets }}');
  await page.getByRole('button', { name: 'Next' }).click();
}

async function create(page) {
  await page.getByRole('button', { name: 'Review' }).click();
  await page.getByRole('button', { name: 'Create the service' }).click();
  const state = page.locator('.wizard-head__facts .badge').first();
  await expect(state, 'the state of the run').toHaveText('Completed', SOON);
}

test('the form suggests what the Git host has', async ({ page }) => {
  const github = await GitHubPeer.start('deck-plan');
  const portal = await Portal.start({ integrations: { github: [github.integration()] } });
  try {
    await theService(page, portal.url);
    // What is suggested for an input.
    const offered = async label => {
      const list = await page.getByLabel(label, { exact: true }).getAttribute('list');
      return list ? page.locator(`#${list} option`).evaluateAll(options => options.map(option => option.value)) : [];
    };
    await expect(async () => expect(await offered('Host')).toContain(github.host)).toPass();
    await page.getByLabel('Host').fill(github.host);
    await page.getByLabel('Owner', { exact: true }).focus();
    await expect(async () => expect(await offered('Owner')).toContain('acme')).toPass();
    await page.getByLabel('Owner', { exact: true }).fill('acme');
    await page.getByLabel('Repository', { exact: true }).focus();
    await expect(async () => expect(await offered('Repository')).toEqual(['deck-plan'])).toPass();
    await expect(page.getByLabel('Owner', { exact: true })).toHaveValue('acme');

    const complete = (resource, token, context) =>
      page.request.post(`${portal.url}/api/scaffolder/v2/autocomplete/github/${resource}`, { data: { token, context: { host: github.host, ...context } } });
    const branches = await complete('branches', github.token, { owner: 'acme', repository: 'deck-plan' });
    expect(await branches.json()).toEqual({ results: [{ id: 'main' }] });
    expect((await (await complete('owners', github.token, {})).json()).results.map(({ id }) => id)).toContain('acme');
    expect((await complete('owners', '', {})).status(), 'the portal lends its token to nobody').toBe(400);
  } finally {
    await portal.remove();
    await github.stop();
  }
});

test.describe('the Spring Boot template', () => {
  test('makes a repository on GitHub, and its entity', async ({ page }) => {
    const github = await GitHubPeer.start();
    const portal = await Portal.start({ integrations: { github: [github.integration()] } });
    try {
      await theService(page, portal.url);
      await page.getByLabel('Host').fill(github.host);
      await page.getByLabel('Owner', { exact: true }).fill('acme');
      await page.getByLabel('Repository', { exact: true }).fill('seat-map');
      await create(page);

      const ask = what => fetch(`${github.url}/repos/acme/seat-map/${what}`, { headers: { authorization: `Bearer ${github.token}` } }).then(answer => answer.json());
      const { tree } = await ask('git/trees/main?recursive=1');
      expect(tree.filter(entry => entry.type === 'blob').map(entry => entry.path).sort()).toEqual(FILES);
      const commits = await ask('commits?sha=main');
      expect(commits.map(({ commit, parents }) => [commit.message, parents.length])).toEqual([['Begin seat-map', 0]]);
      const text = async name => Buffer.from((await ask(`contents/${name}?ref=main`)).content, 'base64').toString();
      expect(await text('pom.xml')).toContain('<description>Which &lt;berths&gt; &amp; &quot;seats&quot; are free: ${{ secrets }}</description>');
      expect(await text('src/main/java/com/moonrail/seatmap/Application.java')).toContain('package com.moonrail.seatmap;');
      expect(await text('.github/workflows/ci.yaml')).toContain('IMAGE: ghcr.io/${{ github.repository }}:${{ github.sha }}');

      await page.getByRole('link', { name: 'Open in the catalog' }).click();
      await expect(page.getByRole('heading', { level: 1, name: 'seat-map' })).toBeVisible();
      await expect(page).toHaveURL(`${portal.url}/catalog/default/component/seat-map`);
      const entity = await fetch(`${portal.url}/api/catalog/entities/by-name/component/default/seat-map`).then(answer => answer.json());
      expect(entity.spec.owner).toMatch(/onboard$/);
      expect(entity.metadata.annotations['backstage.io/source-location']).toContain(`${github.url}/acme/seat-map/`);
    } finally {
      await portal.remove();
      await github.stop();
    }
  });

  test('pushes to any Git server', async ({ page }) => {
    const git = await GitPeer.start('seat-map.git');
    const portal = await Portal.start({ portico: { scaffolder: { gitPublish: { allow: [git.allowed()] } } } });
    try {
      // The same template with another step behind the skeleton.
      const file = path.join(portal.catalog, 'templates/spring-boot-service/template.yaml');
      const template = await readFile(file, 'utf8');
      const steps = template.slice(template.indexOf('    - id: publish'), template.indexOf('  output:'));
      const push = `    - id: publish
      name: Push
      action: git:publish
      input:
        remoteUrl: ${git.url}/seat-map.git
        gitCommitMessage: Begin \${{ parameters.name }}
`;
      await writeFile(file, template.replace(steps, push).replace(/      - title: Open in the catalog\n.*\n.*\n/, ''));
      await eventually('the template with another step', async () => {
        const entity = await fetch(`${portal.url}/api/catalog/entities/by-name/template/default/spring-boot-service`).then(answer => answer.json());
        return entity.spec?.steps?.length === 2;
      });
      await theService(page, portal.url);
      await page.getByLabel('Host').fill('github.com');
      await page.getByLabel('Owner', { exact: true }).fill('acme');
      await page.getByLabel('Repository', { exact: true }).fill('seat-map');
      await create(page);
      const listed = await git.git('seat-map.git', 'ls-tree', '-r', '--name-only', 'main');
      expect(listed.trim().split('\n').sort()).toEqual(FILES);
      expect(await git.git('seat-map.git', 'log', '--format=%s %P', 'main')).toBe('Begin seat-map \n');
      expect(await page.content(), 'the password').not.toContain(git.allowed().password);
    } finally {
      await portal.remove();
      await git.stop();
    }
  });
});
