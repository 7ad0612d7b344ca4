// The Targets column of autoscalers: every metric's current value and target, for all stored API versions.
// Facts: formatHPAMetrics of kubernetes pkg/printers/internalversion/printers.go and the conversions of pkg/apis/autoscaling.
import { integerAt, isObject, objectAt, objectsAt, textAt, valueAt } from '../value/fields.ts'
import type { KubeObject, KubePath, KubeValue } from '../value/value.ts'
import { scalarText } from './columns.ts'

/** One metric or status in the form of autoscaling/v2. */
interface Metric {
  type: string
  resource: string
  value?: string | undefined
  averageValue?: string | undefined
  averageUtilization?: number | undefined
}

const SOURCES: Record<string, string> = {
  Resource: 'resource',
  ContainerResource: 'containerResource',
  Pods: 'pods',
  Object: 'object',
  External: 'external',
}

/** autoscaling/v2 and v2beta2 nest numbers in `target` (specs) and `current` (statuses). */
function nestedMetric(metric: KubeObject, numbers: 'target' | 'current'): Metric {
  const type = textAt(metric, 'type')
  const source = objectAt(metric, SOURCES[type] ?? '')
  const at = objectAt(source, numbers)
  return {
    type,
    resource: textAt(source, 'name'),
    value: scalarText(valueAt(at, 'value')),
    averageValue: scalarText(valueAt(at, 'averageValue')),
    averageUtilization: integerAt(at, 'averageUtilization'),
  }
}

/** autoscaling/v2alpha1, v2beta1 and the annotations of v1 have them beside the source's name: `targetValue`, `currentAverageValue` … */
function flatMetric(metric: KubeObject, prefix: 'target' | 'current'): Metric {
  const type = textAt(metric, 'type')
  const source = objectAt(metric, SOURCES[type] ?? '')
  return {
    type,
    resource: textAt(source, 'name'),
    value: scalarText(valueAt(source, `${prefix}Value`)),
    // For object metrics the later average has the same name in both.
    averageValue: scalarText(valueAt(source, `${prefix}AverageValue`)) ?? scalarText(valueAt(source, 'averageValue')),
    averageUtilization: integerAt(source, `${prefix}AverageUtilization`),
  }
}

/** Go's text for a missing quantity. */
const UNSET = '<nil>'

/** `current/target` of one metric; `named` adds the resource's name, as Kubernetes does since 1.30. */
function metricText(spec: Metric, status: Metric | undefined, named: boolean): string {
  const present = status?.type === spec.type ? status : undefined
  switch (spec.type) {
    case 'Resource':
    case 'ContainerResource': {
      const prefix = named ? `${spec.resource}: ` : ''
      if (spec.averageValue !== undefined) return `${prefix}${present ? (present.averageValue ?? UNSET) : '<unknown>'}/${spec.averageValue}`
      const current = present?.averageUtilization === undefined ? '<unknown>' : `${present.averageUtilization}%`
      return `${prefix}${current}/${spec.averageUtilization === undefined ? '<auto>' : `${spec.averageUtilization}%`}`
    }
    case 'Pods':
      return `${present ? (present.averageValue ?? UNSET) : '<unknown>'}/${spec.averageValue ?? UNSET}`
    case 'Object':
    case 'External':
      if (spec.averageValue !== undefined) return `${present?.averageValue ?? '<unknown>'}/${spec.averageValue} (avg)`
      return `${present ? (present.value ?? UNSET) : '<unknown>'}/${spec.value ?? UNSET}`
    default:
      return '<unknown type>'
  }
}

function targetsText(specs: Metric[], statuses: Metric[], named: boolean): string {
  if (specs.length === 0) return '<none>'
  const shown = specs.slice(0, 2).map((spec, index) => metricText(spec, statuses[index], named))
  return specs.length > 2 ? `${shown.join(', ')} + ${specs.length - 2} more...` : shown.join(', ')
}

/** In v1 everything except CPU utilisation is JSON in annotations; invalid JSON counts as absent. */
function annotated(object: KubeObject, annotation: string): KubeObject[] | undefined {
  const json = textAt(object, 'metadata', 'annotations', annotation)
  if (json === '') return undefined
  try {
    const list = JSON.parse(json) as KubeValue
    return Array.isArray(list) ? list.filter(isObject) : undefined
  } catch {
    return undefined
  }
}

function cpu(averageUtilization: number | undefined): Metric[] {
  return averageUtilization === undefined ? [] : [{ type: 'Resource', resource: 'cpu', averageUtilization }]
}

function v1Targets(object: KubeObject, named: boolean): string {
  const utilization =
    integerAt(object, 'spec', 'targetCPUUtilizationPercentage') ?? integerAt(object, 'spec', 'cpuUtilization', 'targetPercentage')
  const others = annotated(object, 'autoscaling.alpha.kubernetes.io/metrics') ?? []
  const statuses = annotated(object, 'autoscaling.alpha.kubernetes.io/current-metrics')
  return targetsText(
    [...others.map((metric) => flatMetric(metric, 'target')), ...cpu(utilization)],
    statuses?.map((metric) => flatMetric(metric, 'current')) ?? cpu(integerAt(object, 'status', 'currentCPUUtilizationPercentage')),
    named,
  )
}

/** The Targets column for autoscalers stored in that API version, and the fields it reads. */
export function autoscalerTargets(apiVersion: string, named: boolean): { paths: KubePath[]; text(object: KubeObject): string } {
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1)
  if (version.startsWith('v2')) {
    const read = version === 'v2' || version === 'v2beta2' ? nestedMetric : flatMetric
    return {
      paths: ['.spec.metrics', '.status.currentMetrics'],
      text: (object) =>
        targetsText(
          objectsAt(object, 'spec', 'metrics').map((metric) => read(metric, 'target')),
          objectsAt(object, 'status', 'currentMetrics').map((metric) => read(metric, 'current')),
          named,
        ),
    }
  }
  return {
    paths: [
      '.spec.targetCPUUtilizationPercentage',
      '.spec.cpuUtilization',
      '.status.currentCPUUtilizationPercentage',
      ".metadata.annotations['autoscaling.alpha.kubernetes.io/metrics']",
      ".metadata.annotations['autoscaling.alpha.kubernetes.io/current-metrics']",
    ],
    text: (object) => v1Targets(object, named),
  }
}
