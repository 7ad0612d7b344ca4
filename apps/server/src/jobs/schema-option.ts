// The schema with which two states of a custom resource are compared: that of the version in which the later one is stored.
import type { KubeObject } from '@registree/kube'
import type { DiffOptions } from '@registree/kube/diff'
import type { OpenedForComparison } from '../values/compared-value.ts'

export function schemaOption(
  schemas: Readonly<Record<string, KubeObject>> | undefined,
  opened: OpenedForComparison | null,
): Pick<DiffOptions, 'schema'> {
  const apiVersion = opened?.compared.decoded.apiVersion ?? ''
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1)
  const schema = schemas !== undefined && Object.hasOwn(schemas, version) ? schemas[version] : undefined
  return schema === undefined ? {} : { schema }
}
