// The published @backstage/catalog-client, unchanged, against a live portal: every method that reads, and the two
// that check and refresh.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CATALOG_FILTER_EXISTS, CatalogClient } from '@backstage/catalog-client';
import { eventually, Portal } from './portal.mjs';

let portal;
let client;

before(async () => {
  portal = await Portal.start();
  client = new CatalogClient({ discoveryApi: { getBaseUrl: async plugin => `${portal.url}/api/${plugin}` } });
});
after(() => portal?.remove());

const reference = ({ kind, metadata }) => `${kind}:${metadata.namespace}/${metadata.name}`.toLowerCase();
const references = entities => entities.map(reference);

test('getEntities: everything, filtered, cut to fields, in order, in pages', async () => {
  const { items: all } = await client.getEntities();
  assert.ok(all.length > 110, `${all.length} entities`);

  const { items: domains } = await client.getEntities({
    filter: { kind: 'domain' },
    fields: ['kind', 'metadata.name'],
    order: { field: 'metadata.name', order: 'desc' },
  });
  assert.deepEqual(domains, ['revenue', 'operations', 'journeys', 'hospitality', 'engineering'].map(name => ({
    kind: 'Domain',
    metadata: { name },
  })));

  // Values of one key are alternatives, keys are combined, sets of conditions are alternatives.
  const { items: either } = await client.getEntities({
    filter: [{ kind: ['Domain', 'Template'], 'spec.owner': 'platform' }, { 'metadata.namespace': 'saltline', kind: 'api' }],
  });
  assert.deepEqual(references(either).sort(), [
    'api:saltline/crossings-api',
    'template:default/event-consumer',
    'template:default/sleeper-service',
    'template:default/spring-boot-service',
  ]);

  const { items: documented } = await client.getEntities({
    filter: { 'metadata.annotations.backstage.io/techdocs-ref': CATALOG_FILTER_EXISTS },
  });
  assert.deepEqual(references(documented), ['component:default/berth-booking']);

  const { items: paged } = await client.getEntities({
    filter: { kind: 'domain' },
    order: { field: 'metadata.name', order: 'asc' },
    offset: 1,
    limit: 2,
  });
  assert.deepEqual(references(paged), ['domain:default/hospitality', 'domain:default/journeys']);
});

test('getEntitiesByRefs: in the order asked, with holes', async () => {
  const { items } = await client.getEntitiesByRefs({
    entityRefs: ['user:default/ada.brandt', 'component:default/no-such-thing', 'system:default/booking'],
  });
  assert.equal(items.length, 3);
  assert.equal(items[0].spec.profile.displayName, 'Ada Brandt');
  assert.equal(items[1], undefined);
  assert.equal(items[2].metadata.title, 'Booking');

  const { items: filtered } = await client.getEntitiesByRefs({
    entityRefs: ['user:default/ada.brandt', 'system:default/booking'],
    filter: { kind: 'system' },
    fields: ['metadata.name'],
  });
  assert.deepEqual(filtered, [undefined, { metadata: { name: 'booking' } }]);

  const { items: queried } = await client.getEntitiesByRefs({
    entityRefs: ['user:default/ada.brandt', 'system:default/booking'],
    query: { kind: 'user' },
  });
  assert.deepEqual(queried.map(item => item && reference(item)), ['user:default/ada.brandt', undefined]);
});

test('queryEntities: pages forward and back by cursor', async () => {
  const request = { filter: { kind: 'user' }, orderFields: { field: 'metadata.name', order: 'asc' }, limit: 10 };
  const pages = [await client.queryEntities(request)];
  assert.equal(pages[0].totalItems, 25);
  assert.equal(pages[0].pageInfo.prevCursor, undefined);
  while (pages.at(-1).pageInfo.nextCursor) {
    pages.push(await client.queryEntities({ cursor: pages.at(-1).pageInfo.nextCursor, limit: 10 }));
  }
  assert.deepEqual(pages.map(page => page.items.length), [10, 10, 5]);
  const names = pages.flatMap(page => page.items).map(({ metadata }) => metadata.name);
  assert.deepEqual(names, [...names].sort());
  assert.equal(new Set(names).size, 25);

  const back = await client.queryEntities({ cursor: pages[2].pageInfo.prevCursor, limit: 10 });
  assert.deepEqual(references(back.items), references(pages[1].items));
  const first = await client.queryEntities({ cursor: back.pageInfo.prevCursor, limit: 10 });
  assert.deepEqual(references(first.items), references(pages[0].items));
});

test('queryEntities: full text, and no count where none is wanted', async () => {
  const { items, totalItems } = await client.queryEntities({
    filter: { kind: 'component' },
    fullTextFilter: { term: 'TROLLEY', fields: ['metadata.name', 'metadata.title'] },
  });
  assert.deepEqual(references(items), ['component:default/tea-trolley']);
  assert.equal(totalItems, 1);
  const uncounted = await client.queryEntities({ filter: { kind: 'component' }, totalItems: 'exclude', limit: 1 });
  assert.equal(uncounted.items.length, 1);
});

test('queryEntities: predicates', async () => {
  const names = async query =>
    references((await client.queryEntities({ query, orderFields: { field: 'metadata.name', order: 'asc' } })).items);

  assert.deepEqual(await names({ kind: 'AiResource', 'spec.type': { $in: ['rule', 'plugin'] } }), [
    'airesource:default/moonrail-toolkit',
    'airesource:default/no-card-numbers',
  ]);
  assert.deepEqual(await names({ $all: [{ kind: 'API' }, { $not: { 'spec.definition': { $exists: true } } }] }), [
    'api:default/timetable-tools',
  ]);
  assert.deepEqual(await names({ $any: [{ 'metadata.name': { $hasPrefix: 'cluster-' } }, { 'metadata.tags': { $contains: 'cobol' } }] }), [
    'resource:default/cluster-hamburg',
    'resource:default/cluster-vienna',
    'component:default/ticket-printer',
  ]);
  assert.deepEqual(await names({
    kind: 'Component',
    relations: { $contains: { type: 'providesApi', targetRef: 'api:default/fares-api' } },
  }), ['component:default/fare-engine']);
});

test('streamEntities: every page, once', async () => {
  const seen = [];
  for await (const page of client.streamEntities({ filter: { kind: 'component' }, pageSize: 7 })) {
    assert.ok(page.length <= 7);
    seen.push(...references(page));
  }
  const { totalItems } = await client.queryEntities({ filter: { kind: 'component' }, limit: 1 });
  assert.equal(seen.length, totalItems);
  assert.equal(new Set(seen).size, seen.length);
});

test('getEntityAncestors: the Location that led to an entity', async () => {
  const { rootEntityRef, items } = await client.getEntityAncestors({ entityRef: 'group:default/berths' });
  assert.equal(rootEntityRef, 'group:default/berths');
  const own = items.find(({ entity }) => reference(entity) === rootEntityRef);
  assert.ok(own.parentEntityRefs.includes('location:default/moonrail-people'), `${own.parentEntityRefs}`);
  assert.ok(items.some(({ entity }) => reference(entity) === 'location:default/moonrail-people'));
});

test('getEntityByRef: by text, by parts, in any case; undefined for what is not there', async () => {
  const byText = await client.getEntityByRef('Component:default/Berth-Booking');
  assert.equal(byText.metadata.title, 'Berth Booking');
  assert.ok(byText.metadata.uid);
  assert.match(byText.metadata.etag, /^[0-9a-f]{40}$/);
  assert.ok(byText.relations.some(({ type, targetRef }) => type === 'ownedBy' && targetRef === 'group:default/berths'));
  assert.ok(byText.relations.some(({ type, targetRef }) => type === 'hasPart' && targetRef === 'component:default/hold-sweeper'));
  assert.deepEqual(await client.getEntityByRef({ kind: 'component', namespace: 'default', name: 'berth-booking' }), byText);
  assert.equal(await client.getEntityByRef('component:default/no-such-thing'), undefined);

  const api = await client.getEntityByRef('api:default/fares-api');
  assert.match(api.spec.definition, /^syntax = "proto3";/, '$text is read from the file beside');
});

test('getEntityFacets: counts', async () => {
  const { facets } = await client.getEntityFacets({ facets: ['kind', 'spec.lifecycle'], filter: { kind: ['API', 'Domain'] } });
  const kinds = Object.fromEntries(facets.kind.map(({ value, count }) => [value, count]));
  assert.equal(kinds.Domain, 5);
  assert.ok(kinds.API >= 14);
  assert.equal(Object.keys(kinds).length, 2);
  assert.ok(facets['spec.lifecycle'].every(({ value }) => ['production', 'experimental'].includes(value)));

  const { facets: queried } = await client.getEntityFacets({ facets: ['spec.type'], query: { kind: 'AiResource' } });
  const types = Object.fromEntries(queried['spec.type'].map(({ value, count }) => [value, count]));
  assert.deepEqual(types, { marketplace: 1, plugin: 1, rule: 1, skill: 2 });
});

test('locations: listed, by id, by reference, by entity, queried, streamed', async () => {
  // As in Backstage, these are the locations that somebody registered over the API, not those of the configuration
  // and the command line. A portal over folders has none, and says so in the shapes that the client expects.
  assert.deepEqual(await client.getLocations(), { items: [] });
  assert.equal(await client.getLocationById('00000000-0000-4000-8000-000000000000'), undefined);
  assert.equal(await client.getLocationByRef(`file:${portal.catalog}`), undefined);
  assert.equal(await client.getLocationByEntity('component:default/berth-booking'), undefined);
  const queried = await client.queryLocations({ query: { type: 'file' }, limit: 10 });
  assert.deepEqual([queried.items, queried.totalItems], [[], 0]);
  for await (const page of client.streamLocations({ limit: 1 })) assert.fail(`a page of ${page.length}`);
});

test('refreshEntity: reads the files again', async () => {
  await portal.edit('ticket-printer/catalog-info.yaml', 'lifecycle: deprecated', 'lifecycle: retired');
  await client.refreshEntity('component:default/ticket-printer');
  await eventually('the new lifecycle', async () => {
    const entity = await client.getEntityByRef('component:default/ticket-printer');
    return entity.spec.lifecycle === 'retired';
  });
  await assert.rejects(client.refreshEntity('component:default/no-such-thing'), { name: 'ResponseError' });
});

test('validateEntity: says what is wrong', async () => {
  const location = 'url:https://github.com/moonrail/example/blob/main/catalog-info.yaml';
  const good = {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name: 'night-light' },
    spec: { type: 'service', lifecycle: 'production', owner: 'onboard' },
  };
  assert.deepEqual(await client.validateEntity(good, location), { valid: true });

  const bad = { ...good, metadata: { name: 'Night Light!' }, spec: { type: 'service', lifecycle: 'production' } };
  const { valid, errors } = await client.validateEntity(bad, location);
  assert.equal(valid, false);
  assert.ok(errors.length >= 1);
  assert.ok(errors.every(({ name, message }) => name && message), JSON.stringify(errors));
});

test('writing is refused in words that the client understands', async () => {
  await assert.rejects(client.addLocation({ type: 'url', target: 'https://example.com/catalog-info.yaml' }), error => {
    assert.equal(error.name, 'ResponseError');
    return true;
  });
});
