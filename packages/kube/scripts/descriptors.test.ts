// The descriptor recipe: reads a release from proto and Go files, and merges it into a table; a second run changes nothing.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { byRelease, mergeRelease, readTable, writeTable } from './descriptor-table.mjs'
import { ModuleError } from './go-modules.mjs'
import { readRelease } from './read-release.mjs'

const committed = readFileSync(new URL('../src/protobuf/descriptors.generated.ts', import.meta.url), 'utf8')

const META = {
  'pkg/apis/meta/v1/generated.proto': `package k8s.io.apimachinery.pkg.apis.meta.v1;
message ObjectMeta {
  optional string name = 1;
  map<string, string> labels = 11;
}
message Time {
  optional int64 seconds = 1;
}
message DeleteOptions {
  optional int64 gracePeriodSeconds = 1;
}
`,
  'pkg/apis/meta/v1/types.go': `package v1
const GroupName = "meta.k8s.io"
type ObjectMeta struct {
	Name string \`json:"name,omitempty" protobuf:"bytes,1,opt,name=name"\`
	Labels map[string]string \`json:"labels,omitempty" protobuf:"bytes,11,rep,name=labels"\`
}
type Time struct {
	time.Time \`protobuf:"-"\`
}
`,
}

const LIFECYCLE = {
  'lifecycle/v1alpha1/generated.proto': `syntax = "proto2";
package k8s.io.api.lifecycle.v1alpha1;
import "k8s.io/apimachinery/pkg/apis/meta/v1/generated.proto";
/* a comment
   of lines */
// Eviction { is no message here
message Eviction {
  optional .k8s.io.apimachinery.pkg.apis.meta.v1.ObjectMeta metadata = 1;

  optional EvictionSpec spec = 2;  // says what
}

message EvictionSpec {
  optional Target target = 1;
  repeated Target others = 2;
  repeated string reasons = 3;
  repeated Target listed = 4;
  optional .k8s.io.apimachinery.pkg.apis.meta.v1.Time since = 5;
  map<string, Target> byName = 6;
}
message Target {
  optional string pod = 1;
}
message Empty {
}
message EvictionList {
  repeated Eviction items = 2;
}
`,
  'lifecycle/v1alpha1/types.go': `package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	corev1 "k8s.io/api/core/v1"
)

const GroupName = "lifecycle.k8s.io"

type Eviction struct {
	metav1.TypeMeta \`json:""\`
	metav1.ObjectMeta \`json:"metadata,omitempty" protobuf:"bytes,1,opt,name=metadata"\`
	// Old EvictionSpec \`json:"old" protobuf:"bytes,9,opt,name=old"\`
	Spec EvictionSpec \`json:"spec" protobuf:"bytes,2,opt,name=spec"\`
}

type EvictionSpec struct {
	Target \`json:",inline" protobuf:"bytes,1,opt,name=target"\`
	// +listType=map
	// +listMapKey=pod
	// +k8s:listMapKey=other
	// +listMapKey=uid
	Others []Target \`json:"others" protobuf:"bytes,2,rep,name=others"\`
	// +listType=set
	Reasons []string \`json:"reasons,omitempty" protobuf:"bytes,3,rep,name=reasons"\`
	Listed []Target \`json:"listed,omitempty" patchStrategy:"merge" patchMergeKey:"pod" protobuf:"bytes,4,rep,name=listed"\`
	Since *metav1.Time \`json:"since,omitempty,omitzero" protobuf:"bytes,5,opt,name=since"\`
	ByName map[string]Target \`json:"byName,omitempty" protobuf:"bytes,6,rep,name=byName"\`
}

type Target = corev1.PodTarget
`,
  'lifecycle/v1alpha1/zz_generated.prerelease-lifecycle.go': `package v1alpha1
func (in *Eviction) APILifecycleRemoved() (major, minor int) {
	return 1, 43
}
`,
  'core/v1/generated.proto': 'package k8s.io.api.core.v1;\nmessage PodTarget {\n  optional string pod = 1;\n}\n',
  'core/v1/types.go':
    'package v1\nconst GroupName = ""\ntype PodTarget struct {\n\tPod *string `json:"pod" protobuf:"bytes,1,opt,name=pod"`\n}\n',
}

/** A release as read from its modules; `api` is the content of k8s.io/api. */
function release(api: Record<string, string>, more: Record<string, Record<string, string> | ModuleError> = {}) {
  const modules: Record<string, Record<string, string> | ModuleError> = {
    'k8s.io/api': api,
    'k8s.io/apimachinery': META,
    'k8s.io/apiextensions-apiserver': {},
    'k8s.io/kube-aggregator': {},
    ...more,
  }
  const files = (path: string, _version: string, wanted: (path: string) => boolean) => {
    const found = modules[path] ?? new ModuleError(`no ${path}`)
    if (found instanceof ModuleError) throw found
    return new Map(Object.entries(found).filter(([name]) => wanted(name)))
  }
  return readRelease('v0.43.0', files, (_apiVersion: string, kind: string) => (kind.endsWith('List') ? 'a list' : undefined))
}

const empty = () => ({ releases: [] as string[], leftOut: [] as string[], messages: new Map() })
const lines = (table: Parameters<typeof writeTable>[0]) =>
  writeTable(table)
    .split('\n')
    .filter((line) => /^\w+\.\S+\|?/.test(line) && !line.startsWith('//'))

test('the committed table is its own output', () => {
  const table = readTable(committed)
  expect(table.messages.size).toBeGreaterThan(1300)
  expect(table.releases.length).toBeGreaterThan(0)
  expect(writeTable(table)).toBe(committed)
})

test('a release becomes names, types, flags and keys of everything its stored kinds can contain', () => {
  const table = empty()
  const found = release(LIFECYCLE)
  expect(found.kinds).toEqual([{ apiVersion: 'lifecycle.k8s.io/v1alpha1', kind: 'Eviction', removed: 43 }])
  const changes = mergeRelease(table, 'v1.43.0', found)
  expect(lines(table)).toEqual([
    'lifecycle.v1alpha1.Eviction|1 metadata meta.v1.ObjectMeta o|2 spec lifecycle.v1alpha1.EvictionSpec',
    'lifecycle.v1alpha1.EvictionSpec|1 Target lifecycle.v1alpha1.Target i|2 others lifecycle.v1alpha1.Target r pod,uid|3 reasons string or =|4 listed lifecycle.v1alpha1.Target or pod|5 since meta.v1.Time ozp|6 byName map<string,lifecycle.v1alpha1.Target> om',
    // The alias has the tags of its target.
    'lifecycle.v1alpha1.Target|1 pod string p',
    'meta.v1.ObjectMeta|1 name string o|11 labels map<string,string> om',
    'meta.v1.Time|1 seconds int64 ?',
  ])
  expect(changes[0]).toMatch(/^\+ lifecycle\.v1alpha1\.Eviction \(a stored kind\): 1 metadata/)
  expect(mergeRelease(table, 'v1.43.0', release(LIFECYCLE))).toEqual([])
  expect(readTable(writeTable(table))).toEqual(table)
})

test('fields added by a later release are marked if their absence would print as null', () => {
  const table = empty()
  mergeRelease(table, 'v1.43.0', release(LIFECYCLE))
  const next = {
    ...LIFECYCLE,
    'core/v1/generated.proto': 'package k8s.io.api.core.v1;\nmessage PodTarget {\n  optional string pod = 1;\n}\n',
    'lifecycle/v1alpha1/generated.proto': LIFECYCLE['lifecycle/v1alpha1/generated.proto'].replace(
      '  optional string pod = 1;',
      '  optional string pod = 1;\n  optional string node = 2;\n  optional string zone = 3;',
    ),
    'core/v1/types.go':
      'package v1\nconst GroupName = ""\ntype PodTarget struct {\n\tPod string `json:"pod,omitempty" protobuf:"bytes,1,opt,name=pod"`\n\tNode *string `json:"node" protobuf:"bytes,2,opt,name=node"`\n\tZone string `json:"zone" protobuf:"bytes,3,opt,name=zone"`\n}\n',
  }
  expect(mergeRelease(table, 'v1.44.0-beta.0', release(next))).toEqual([
    '~ lifecycle.v1alpha1.Target 1 pod string p → 1 pod string o',
    '+ lifecycle.v1alpha1.Target 2 node string pl',
    '+ lifecycle.v1alpha1.Target 3 zone string',
  ])
  const after = writeTable(table)
  expect(mergeRelease(table, 'v1.44.0-beta.0', release(next))).toEqual([])
  // An older release removes nothing, in whichever order they are merged.
  expect(mergeRelease(table, 'v1.43.0', release(LIFECYCLE))).toEqual([])
  expect(writeTable(table)).toBe(after)
  expect(table.releases).toEqual(['v1.43.0', 'v1.44.0-beta.0'])
})

test('of two types of a field, the table keeps the one that can read objects of both', () => {
  const proto = (type: string) => ({
    'core/v1/generated.proto': `package k8s.io.api.core.v1;
message Thing {
  optional .k8s.io.apimachinery.pkg.apis.meta.v1.ObjectMeta metadata = 1;
  optional ${type} part = 2;
}
message Small {
  optional string name = 1;
}
message Large {
  optional string name = 1;
  optional string uid = 2;
}
message Other {
  optional int64 name = 1;
}
`,
    'core/v1/types.go':
      'package v1\nconst GroupName = ""\ntype Thing struct {\n\tmetav1.TypeMeta `json:",inline"`\n\tmetav1.ObjectMeta `json:"metadata" protobuf:"bytes,1,opt,name=metadata"`\n\tPart Part `json:"part" protobuf:"bytes,2,opt,name=part"`\n}\n',
  })
  const after = (...types: string[]) => {
    const table = empty()
    types.forEach((type, i) => void mergeRelease(table, `v1.${43 + i}.0`, release(proto(type))))
    return table.messages.get('core.v1.Thing')?.get(2)?.type
  }
  expect(after('Small', 'Large')).toBe('core.v1.Large')
  expect(after('Large', 'Small')).toBe('core.v1.Large')
  expect(() => after('Small', 'Other')).toThrow('decide by hand')
})

test('a module that moved is followed, and named if it cannot be fetched', () => {
  const moved = {
    'go.mod': 'module k8s.io/apiextensions-apiserver\n\nrequire (\n\tk8s.io/api v0.43.0\n\tk8s.io/apiextensions-api v0.43.0\n)\n',
  }
  expect(release(LIFECYCLE, { 'k8s.io/apiextensions-apiserver': moved, 'k8s.io/apiextensions-api': LIFECYCLE }).leftOut).toEqual([])
  const without = release(LIFECYCLE, { 'k8s.io/apiextensions-apiserver': moved })
  expect(without.leftOut).toEqual(['k8s.io/apiextensions-api'])
  const table = empty()
  mergeRelease(table, 'v1.43.0', without)
  expect(writeTable(table)).toContain('// Without k8s.io/apiextensions-api of v1.43.0, which could not be fetched.\n')
  mergeRelease(table, 'v1.43.0', release(LIFECYCLE))
  expect(table.leftOut).toEqual([])
  expect(() => release(LIFECYCLE, { 'k8s.io/kube-aggregator': new ModuleError('gone') })).toThrow('gone')
})

test('an unknown line in a proto file is an error', () => {
  const odd = { 'core/v1/generated.proto': 'package k8s.io.api.core.v1;\nmessage Thing {\n  oneof what {\n}\n' }
  expect(() => release(odd)).toThrow('a line that is not understood: oneof what {')
})

test('releases sort in order of publication', () => {
  const mixed = ['v1.38.0', 'v1.37.10', 'v1.38.0-rc.1', 'v1.37.2', 'v1.38.0-beta.0', 'v1.38.0-alpha.10', 'v1.38.0-alpha.2']
  expect(mixed.sort(byRelease)).toEqual([
    'v1.37.2',
    'v1.37.10',
    'v1.38.0-alpha.2',
    'v1.38.0-alpha.10',
    'v1.38.0-beta.0',
    'v1.38.0-rc.1',
    'v1.38.0',
  ])
})
