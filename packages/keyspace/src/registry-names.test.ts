import { expect, test } from 'vitest'
import { utf8 } from './bytes.ts'
import { holdsObjects } from './registry-names.ts'

test.each([
  ['/registry/resourceslices/', true],
  ['/registry/servicecidrs/', true],
  ['/registry/storageversionmigrations/', true],
  ['/kubernetes.io/validatingadmissionpolicies/', true],
  // Namespaces lie right below these.
  ['/registry/resourceclaims/', false],
  ['/registry/evictions/', false],
  ['/registry/podgroups/', false],
  ['/registry/evictions/shop/', true],
])('%s holds objects right below: %s', (prefix, expected) => {
  expect(holdsObjects(utf8(prefix))).toBe(expected)
})
