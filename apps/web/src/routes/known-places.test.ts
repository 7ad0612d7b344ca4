// Finds resources by any of their names, and keys by short forms, from a loaded catalogue.
import type { ClusterInfo, ResourceEntry } from '@registree/contract'
import { QueryClient } from '@tanstack/react-query'
import { beforeEach, expect, test } from 'vitest'
import { resourcesQuery } from '../features/resources/queries.ts'
import { knownPlaces, shortForm } from './known-places.ts'

const entry = (path: string, kind: string, resource: string, group: string, shortNames: string[], versions: string[]): ResourceEntry => ({
  key: `/registry/${path}/`,
  path,
  kind,
  resource,
  group,
  shortNames,
  versions,
  namespaced: true,
  category: 'workloads',
  icon: 'box',
  note: null,
  custom: false,
  empty: false,
  count: null,
})
const cluster = { name: 'demo', kubernetesPrefix: '/registry' } as ClusterInfo
let client: QueryClient
beforeEach(() => {
  client = new QueryClient()
  client.setQueryData(resourcesQuery('demo').queryKey, {
    revision: '1',
    prefix: '/registry/',
    notices: [],
    noticeSentences: [],
    cost: { ranges: 0, walked: 0, largestWalk: 0 },
    resources: [
      entry('pods', 'Pod', 'pods', '', ['po'], ['v1']),
      entry('podtemplates', 'PodTemplate', 'podtemplates', '', [], ['v1']),
      entry('deployments', 'Deployment', 'deployments', 'apps', ['deploy'], ['apps/v1']),
      entry('services/specs', 'Service', 'services', '', ['svc'], ['v1']),
      entry('stable.example.com/crontabs', 'CronTab', 'crontabs', 'stable.example.com', ['ct'], ['stable.example.com/v1']),
    ],
  })
})

test.each([
  ['deploy', 'deployments'],
  ['Deployment', 'deployments'],
  ['deployments.apps', 'deployments'],
  ['deploy.apps', 'deployments'],
  ['deployments.v1.apps', 'deployments'],
  ['svc', 'services/specs'],
  ['services/specs', 'services/specs'],
  ['crontabs.stable.example.com', 'stable.example.com/crontabs'],
  ['stable.example.com/crontabs', 'stable.example.com/crontabs'],
  ['ct', 'stable.example.com/crontabs'],
  ['pod', 'pods'],
])('%s is %s itself', (typed, path) => {
  expect(knownPlaces(client, 'demo', typed)[0]).toMatchObject({ rank: 0, href: `/demo/resources/${path}` })
})

test.each([
  ['po/shop/web', '/registry/pods/shop/web', 'pods', 'shop/web'],
  ['svc/shop/', '/registry/services/specs/shop/', 'services/specs', 'shop/'],
  ['services/specs/shop/web', '/registry/services/specs/shop/web', 'services/specs', 'shop/web'],
  ['deployments.apps/web', '/registry/deployments/web', 'deployments', 'web'],
])('%s means %s', (typed, key, path, rest) => {
  expect(shortForm(client, cluster, typed)).toMatchObject({ key, path, rest })
})

test.each(['/registry/pods/shop/web', 'nothing/shop/web', 'pods', ''])('%j is not a short form', (typed) => {
  expect(shortForm(client, cluster, typed)).toBeNull()
})
