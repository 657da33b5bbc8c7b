// What the browser tests share: a portal for each worker, one of its own for a test that changes it, and a page that
// remembers what the browser's console said.
import { test as base, expect } from '@playwright/test';
import { Portal } from '../portal.mjs';

export { expect };

export const test = base.extend({
  /** The portal of this worker. Tests that use it only read. */
  portal: [
    async ({}, use) => {
      const portal = await Portal.start();
      await use(portal);
      await portal.remove();
    },
    { scope: 'worker', timeout: 120_000 },
  ],

  /** A portal that this test may change, stop and start. */
  ownPortal: [
    async ({ console }, use) => {
      const portal = await Portal.start();
      await use(portal);
      console.matters = false;
      await portal.remove();
    },
    { timeout: 120_000 },
  ],

  /** Addresses without a host mean the worker's portal. */
  baseURL: async ({ portal }, use) => use(portal.url),

  /** What the console may say because the test provokes it. */
  provoked: [/(?!)/, { option: true }],

  /** Whether what the console says still matters: not while the portal of a test is taken away from under its pages. */
  console: async ({}, use) => use({ matters: true }),

  /** The console of all pages of a test is silent. */
  silence: [
    async ({ context, console, provoked, javaScriptEnabled }, use) => {
      const complaints = [];
      context.on('console', message => {
        if (!console.matters || !['error', 'warning'].includes(message.type())) return;
        const { url } = message.location();
        // That a page is not there is said by the page; the browser says it as well.
        if (url === message.page()?.url() && message.text().includes('404 (Not Found)')) return;
        // So is it with a portal that was stopped.
        if (GONE.test(message.text())) return;
        // Nothing uses what is there for scripts, and a page that stays open for some seconds is told so.
        if (!javaScriptEnabled && message.text().includes('preloaded using link preload but not used')) return;
        complaints.push(`${message.type()}: ${message.text()} (${url})`);
      });
      context.on('weberror', problem => console.matters && complaints.push(`exception: ${problem.error().message}`));
      await use();
      expect(complaints.filter(line => !provoked.test(line)), 'the console').toEqual([]);
    },
    { auto: true },
  ],
});

// What a browser says of a server that is no longer there.
const GONE = /net::ERR_(CONNECTION_(REFUSED|RESET|CLOSED)|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING)/;

/** Every page in the states that it has. `status` is that of the answer. */
export const PAGES = [
  { name: 'home', path: '/', heading: 'Moonrail', status: 200 },
  { name: 'catalog', path: '/catalog', heading: 'Catalog', status: 200 },
  { name: 'catalog, filtered', path: '/catalog?kind=Component&owner=group:default/onboard', heading: 'Catalog', status: 200 },
  { name: 'catalog, nothing found', path: '/catalog?text=no-such-words', heading: 'Catalog', status: 200 },
  { name: 'catalog of a moment', path: '/catalog?at=100', heading: 'Catalog', status: 200 },
  { name: 'catalog before the log', path: '/catalog?at=2001-01-01', heading: 'Catalog', status: 200 },
  { name: 'changes', path: '/catalog/compare?from=100', heading: 'Changes', status: 200 },
  { name: 'no changes', path: '/catalog/compare?from=2001-01-01&to=2001-01-02', heading: 'Changes', status: 200 },
  { name: 'entity of a moment', path: '/catalog/default/component/berth-booking?at=2999-01-01', heading: 'Berth Booking', status: 200 },
  { name: 'entity before it was known', path: '/catalog/default/component/berth-booking?at=2001-01-01', heading: 'Not in the catalog then', status: 404 },
  { name: 'catalog, in groups', path: '/catalog?group=owner&not.kind=User', heading: 'Catalog', status: 200 },
  { name: 'catalog, other columns', path: '/catalog?columns=name,owner,namespace,file,changed,problems&has=spec.owner', heading: 'Catalog', status: 200 },
  { name: 'catalog, at a glance', path: '/catalog?kind=Component&peek=component:default/berth-booking', heading: 'Catalog', status: 200 },
  { name: 'entity', path: '/catalog/default/component/berth-booking', heading: 'Berth Booking', status: 200 },
  { name: 'entity with problems', path: '/catalog/default/component/sheep-counter', heading: 'Sheep Counter', status: 200 },
  { name: 'group', path: '/catalog/default/group/onboard', heading: 'On Board', status: 200 },
  { name: 'API', path: '/catalog/default/api/berth-booking-api', heading: 'Berth Booking API', status: 200 },
  { name: 'API of events', path: '/catalog/default/api/position-events', heading: 'Position events', status: 200 },
  { name: 'user', path: '/catalog/default/user/ada.brandt', heading: 'Ada Brandt', status: 200 },
  { name: 'who breaks', path: '/catalog/default/api/fares-api/dependents', heading: 'Fares API', status: 200 },
  { name: 'API as text', path: '/catalog/default/api/fares-api', heading: 'Fares API', status: 200 },
  { name: 'entity history', path: '/catalog/default/component/berth-booking/history', heading: 'History of Berth Booking', status: 200 },
  {
    name: 'entity history, unknown version',
    path: '/catalog/default/component/berth-booking/history?to=999999',
    heading: 'Not in the log',
    status: 404,
  },
  { name: 'entity, unknown', path: '/catalog/default/component/no-such-service', heading: /./, status: 404 },
  { name: 'graph, nothing chosen', path: '/catalog-graph', heading: 'Graph', status: 200 },
  { name: 'graph, nothing found', path: '/catalog-graph?text=no-such-words', heading: 'Graph', status: 200 },
  { name: 'graph', path: '/catalog-graph?rootEntityRefs[]=component:default/berth-booking&maxDepth=1', heading: 'Graph', status: 200 },
  { name: 'graph, as far as it goes', path: '/catalog-graph?rootEntityRefs[]=component:default/sheep-counter&direction=TB&curve=curveStepBefore&mergeRelations=false', heading: 'Graph', status: 200 },
  { name: 'graph, compared', path: '/catalog-graph?rootEntityRefs[]=component:default/berth-booking&maxDepth=1&compare=60', heading: 'Graph', status: 200 },
  { name: 'graph, in boxes', path: '/catalog-graph?rootEntityRefs[]=component:default/berth-booking&maxDepth=1&group=owner&expanded[]=api:default/fares-api', heading: 'Graph', status: 200 },
  { name: 'templates', path: '/create', heading: 'Create', status: 200 },
  { name: 'templates, nothing found', path: '/create?text=no-such-words', heading: 'Create', status: 200 },
  { name: 'form of a template', path: '/create/templates/default/sleeper-service', heading: 'Sleeper service', status: 200 },
  { name: 'form of a template, unknown', path: '/create/templates/default/no-such-template', heading: 'No such template', status: 404 },
  { name: 'editor, new template', path: '/create/edit', heading: 'New template', status: 200 },
  { name: 'editor', path: '/create/edit/default/sleeper-service', heading: 'Sleeper service', status: 200 },
  { name: 'editor, unknown template', path: '/create/edit/default/no-such-template', heading: 'No such template', status: 404 },
  { name: 'actions', path: '/create/actions', heading: 'Actions', status: 200 },
  { name: 'actions, nothing found', path: '/create/actions?q=no-such-words', heading: 'Actions', status: 200 },
  { name: 'action', path: '/create/actions/publish:github', heading: 'publish:github', status: 200 },
  { name: 'action that is not offered', path: '/create/actions/fetch:cookiecutter', heading: 'fetch:cookiecutter', status: 200 },
  { name: 'action, unknown', path: '/create/actions/no-such-action', heading: 'No such action', status: 404 },
  { name: 'schedules, none', path: '/create/schedules', heading: 'Schedules', status: 200 },
  { name: 'runs, none', path: '/create/tasks', heading: 'Runs', status: 200 },
  { name: 'runs, none in a state', path: '/create/tasks?state=failed', heading: 'Runs', status: 200 },
  { name: 'run, unknown', path: '/create/tasks/00000000-0000-4000-8000-000000000000', heading: 'No such run', status: 404 },
  { name: 'notifications of a guest', path: '/notifications', heading: 'Notifications', status: 200 },
  { name: 'problems', path: '/problems', heading: 'Problems', status: 200 },
  { name: 'problems, nothing found', path: '/problems?text=no-such-words', heading: 'Problems', status: 200 },
  { name: 'design system', path: '/design', heading: 'Design system', status: 200 },
  { name: 'locations', path: '/locations', heading: 'Locations', status: 200 },
  { name: 'registering, nothing asked', path: '/catalog-import', heading: 'Register a location', status: 200 },
  { name: 'registering, refused', path: '/catalog-import?url=http://10.0.0.1/catalog-info.yaml', heading: 'Register a location', status: 200 },
  { name: 'sign-in', path: '/sign-in', heading: 'Sign in to Moonrail Portal', status: 200 },
  { name: 'sign-in, failed', path: '/sign-in?error=no-user&redirectUrl=/catalog', heading: 'Sign in to Moonrail Portal', status: 200 },
  { name: 'settings', path: '/settings', heading: 'Settings', status: 200 },
  { name: 'search', path: '/search?query=berth', heading: 'Search', status: 200 },
  { name: 'search, filtered', path: '/search?query=berth&filters[kind]=Component', heading: 'Search', status: 200 },
  { name: 'search, only similar', path: '/search?query=boking', heading: 'Search', status: 200 },
  { name: 'search, nothing found', path: '/search?query=no-such-words', heading: 'Search', status: 200 },
  { name: 'search, nothing typed', path: '/search', heading: 'Search', status: 200 },
  { name: 'problems of an owner', path: '/problems?owner=group:default/onboard', heading: 'Problems', status: 200 },
  { name: 'saved views, none', path: '/views', heading: 'Saved views', status: 200 },
  { name: 'saved views, not saved', path: '/views?failed=InputError', heading: 'Saved views', status: 200 },
  { name: 'saved view, unknown', path: '/views/no-such-view', heading: 'No such view', status: 404 },
  { name: 'no such page', path: '/no/such/page', heading: 'Page not found', status: 404 },
];

/** The one place that says whether changes reach the page. It is silent until WebAssembly runs. */
export const connection = page => page.getByRole('banner').getByRole('status');

/** Waits until the page is hydrated and connected. */
export async function live(page) {
  await expect(connection(page)).toHaveText('live');
}
