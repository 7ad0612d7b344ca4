// The rules of docs/architecture.md, "Who may import whom". Run by scripts/check-layers.mjs.
const TESTS = '(\\.test\\.tsx?|\\.bench\\.(ts|mjs)|/testing/[^/]+\\.ts)$'

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true, viaOnly: { pathNot: 'node_modules' } } },
    {
      name: 'no-folder-cycles',
      severity: 'error',
      comment: 'folders of a package build on each other in one direction, so that one can be read without the others',
      scope: 'folder',
      from: { path: '^packages/[^/]+/src' },
      to: { circular: true },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'an import that leads nowhere is judged by no rule',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'packages-are-pure',
      severity: 'error',
      comment: 'packages know no server, no browser and no process',
      from: { path: '^packages/', pathNot: `${TESTS}|^packages/[^/]+/scripts/` },
      to: { path: '^apps/|node_modules/(fastify|@fastify|react|react-dom|@tanstack|etcd3|@grpc|undici)/' },
    },
    {
      name: 'packages-without-node',
      severity: 'error',
      comment: 'what a package needs of the outside comes in as an argument; hashing is the one thing taken from Node',
      from: { path: '^packages/', pathNot: `${TESTS}|^packages/[^/]+/scripts/` },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|buffer)$' },
    },
    {
      name: 'contract-imports-typebox-only',
      severity: 'error',
      from: { path: '^packages/contract/src', pathNot: TESTS },
      to: { pathNot: '^packages/contract/src|node_modules/typebox/' },
    },
    {
      name: 'only-the-app-imports-routes',
      severity: 'error',
      comment: 'no handler borrows from another: what two of them need lies in a room of its subject',
      from: { path: '^apps/server/src/', pathNot: `^apps/server/src/app\\.ts$|${TESTS}` },
      to: { path: '^apps/server/src/routes/' },
    },
    {
      name: 'http-rooms-alone-know-fastify',
      severity: 'error',
      from: { path: '^apps/server/src/', pathNot: `^apps/server/src/(routes|http|plugins)/|^apps/server/src/app\\.ts$|${TESTS}` },
      to: { path: 'node_modules/(fastify|@fastify|fastify-plugin)/' },
    },
    {
      name: 'domain-knows-no-http',
      severity: 'error',
      from: {
        path: '^apps/server/src/(bundle|compare|history|past|live|lookup|search|registry|flannel|follow|streams|values|clusters|jobs)/',
        pathNot: TESTS,
      },
      to: { path: '^apps/server/src/(routes|http|plugins)/' },
    },
    {
      name: 'values-know-no-subject',
      severity: 'error',
      comment: 'opening a value is the ground that registry, flannel and tables build on',
      from: { path: '^apps/server/src/values/', pathNot: TESTS },
      to: { path: '^apps/server/src/(bundle|compare|history|past|live|lookup|search|registry|flannel|follow|streams)/' },
    },
    {
      name: 'one-door-to-stored-values',
      severity: 'error',
      comment: 'how long a value takes to decode is up to whoever wrote it: the limits and the worker threads are in values/',
      from: { path: '^apps/server/src/', pathNot: `^apps/server/src/values/|${TESTS}` },
      to: { path: '^packages/kube/src/(open\\.ts|(decode|json|cbor|protobuf|mask|helm)/)' },
    },
    {
      name: 'large-values-are-opened-in-jobs',
      severity: 'error',
      comment:
        'everybody else opens values through values/stored-objects.ts or values/decode-value.ts, which keep small and large ones apart',
      from: {
        path: '^apps/server/src/',
        pathNot: `^apps/server/src/(values|jobs)/|^apps/server/src/clusters/open-clusters\\.ts$|${TESTS}`,
      },
      to: { path: '^apps/server/src/values/(open-stored|read-value|compared-value)\\.ts$' },
    },
    {
      name: 'messages-know-packages-only',
      severity: 'error',
      comment: 'what is said comes from the packages and the catalogue: everybody may have it written out',
      from: { path: '^apps/server/src/messages/', pathNot: TESTS },
      to: { path: '^apps/server/src/', pathNot: '^apps/server/src/messages/' },
    },
    {
      name: 'streams-know-no-subject',
      severity: 'error',
      from: { path: '^apps/server/src/streams/', pathNot: TESTS },
      to: { path: '^apps/server/src/(bundle|compare|history|past|live|lookup|search|registry|flannel|follow|values|jobs)/' },
    },
    {
      name: 'follow-knows-no-subject',
      severity: 'error',
      comment: 'whatever is followed uses the same feed and watches',
      from: { path: '^apps/server/src/follow/', pathNot: TESTS },
      to: { path: '^apps/server/src/(registry|flannel|live|values|jobs|streams|clusters)/' },
    },
    {
      name: 'readers-know-no-concrete-source',
      severity: 'error',
      from: {
        path: '^apps/server/src/(routes|http|bundle|compare|history|past|live|lookup|search|registry|flannel|follow|streams|values|jobs)/',
        pathNot: TESTS,
      },
      to: { path: '^apps/server/src/sources/(etcd|etcd-v2|file|memory)/' },
    },
    {
      name: 'readers-know-no-client',
      severity: 'error',
      from: {
        path: '^apps/server/src/(routes|http|bundle|compare|history|past|live|lookup|search|registry|flannel|follow|streams|values|jobs)/',
        pathNot: TESTS,
      },
      to: { path: 'node_modules/(etcd3|@grpc|undici)/' },
    },
    {
      name: 'one-importer-of-etcd3',
      severity: 'error',
      from: { path: '^apps/server/src/', pathNot: `^apps/server/src/sources/etcd/|${TESTS}` },
      to: { path: 'node_modules/(etcd3|@grpc)/' },
    },
    {
      name: 'sources-know-no-web-server',
      severity: 'error',
      from: { path: '^apps/server/src/sources/', pathNot: TESTS },
      to: {
        path: '^apps/server/src/(routes|plugins|http|history|past|live|lookup|search|registry|flannel|follow|streams|values|config)/|^apps/server/src/(app|main)\\.ts$',
      },
    },
    {
      name: 'jobs-know-values-only',
      severity: 'error',
      comment: 'what runs in a worker thread has the bytes that it is given, and no etcd, no route and no request',
      from: { path: '^apps/server/src/jobs/', pathNot: TESTS },
      to: {
        path: '^apps/server/src/(bundle|compare|history|past|live|lookup|search|registry|flannel|follow|streams|clusters)/|^apps/server/src/(app|main)\\.ts$',
      },
    },
    {
      name: 'features-know-no-route',
      severity: 'error',
      comment: 'a route puts features on a page; lib and i18n serve both',
      from: { path: '^apps/web/src/(features|lib|i18n)/', pathNot: TESTS },
      to: { path: '^apps/web/src/routes/|^apps/web/src/(main\\.ts|(start|router)\\.tsx)$' },
    },
    {
      name: 'lib-knows-no-feature',
      severity: 'error',
      from: { path: '^apps/web/src/lib/', pathNot: TESTS },
      to: { path: '^apps/web/src/features/' },
    },
    {
      name: 'features-know-no-other-feature',
      severity: 'error',
      from: { path: '^apps/web/src/features/([^/]+)/' },
      to: { path: '^apps/web/src/features/([^/]+)/', pathNot: '^apps/web/src/features/$1/' },
    },
    { name: 'web-knows-no-server', severity: 'error', from: { path: '^apps/web/' }, to: { path: '^apps/server/' } },
    {
      name: 'ui-knows-nothing-of-ours',
      severity: 'error',
      from: { path: '^apps/web/src/ui/', pathNot: `^apps/web/src/ui/code/|${TESTS}` },
      to: { path: '^apps/web/src/(features|routes|lib|i18n)/|^packages/' },
    },
    {
      name: 'the-text-viewer-knows-no-subject',
      severity: 'error',
      comment: 'a whole view and no primitive: it also has texts, shortcuts and counts, and takes spans of lines as the contract has them',
      from: { path: '^apps/web/src/ui/code/', pathNot: TESTS },
      to: {
        path: '^apps/web/src/(features|routes|lib|i18n)/|^packages/',
        pathNot: '^apps/web/src/(lib/(shortcuts|size)|i18n/language)\\.ts$|^packages/(contract|messages)/',
      },
    },
    { name: 'server-knows-no-web', severity: 'error', from: { path: '^apps/server/', pathNot: TESTS }, to: { path: '^apps/web/' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/|/server/program/|/testdata/|/node_modules/.cache/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['registree-source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json', '.d.ts'],
    },
  },
}
