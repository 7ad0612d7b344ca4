import { expect, test } from 'vitest'
import { listKeys } from './list-keys.ts'

test.each([
  ['core.v1.Pod', 'spec.containers', ['name']],
  ['core.v1.Pod', 'spec.containers.ports', ['containerPort', 'protocol']],
  ['core.v1.Pod', 'status.conditions', ['type']],
  ['core.v1.Pod', 'metadata.ownerReferences', ['uid']],
  ['core.v1.Pod', 'metadata.finalizers', 'value'],
  ['core.v1.Service', 'spec.ports', ['port', 'protocol']],
  ['apps.v1.Deployment', 'spec.template.spec.volumes', ['name']],
  // Inlined: JSON does not show the intermediate message.
  ['core.v1.PersistentVolume', 'spec.csi.volumeAttributes', undefined],
  ['networking.v1.NetworkPolicy', 'spec.ingress', undefined],
  ['core.v1.Pod', 'spec.nodeName', undefined],
  ['core.v1.Pod', 'spec.nothing.at.all', undefined],
  ['example.v1.Widget', 'spec.parts', undefined],
])('%s .%s', (descriptor, path, keys) => {
  expect(listKeys(descriptor, path.split('.'))).toEqual(keys)
})

test('the step after a map is one of its keys', () => {
  expect(
    listKeys('apiextensions.v1.CustomResourceDefinition', [
      'spec',
      'versions',
      'schema',
      'openAPIV3Schema',
      'properties',
      'spec',
      'x-kubernetes-validations',
    ]),
  ).toEqual(['rule'])
})
