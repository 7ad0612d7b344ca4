// Which page a URL belongs to: with and without what is below it, and nothing where there is no page.
import { expect, test } from 'vitest'
import { routeOf } from './route.ts'

test.each([
  ['/', 'home', false],
  ['/demo', 'overview', false],
  ['/demo/', 'overview', false],
  ['/demo/flannel', 'flannel', false],
  ['/demo/flannel/', 'flannel', false],
  ['/demo/flannel/more', 'missing', true],
  ['/demo/nothing', 'missing', false],
  ['/demo/resources', 'resources', false],
  ['/demo/resources/apps/deployments', 'resources', true],
  ['/demo/v3/registry/pods//a%2Fb/', 'v3', true],
  ['/demo/v3//', 'v3', false],
  ['/demo/v2/kube-centos/network', 'v2', true],
] as const)('%s', (pathname, name, below) => {
  expect(routeOf(pathname)).toEqual({ name, below })
})
