// Every query that reads a cluster names it: otherwise it would survive a restore and never be repeated.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const SRC = fileURLToPath(new URL('..', import.meta.url))
const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file) && !/\.test\./.test(file))

test('the options of each query name the cluster, the keyspace and the revision', () => {
  const queries = sources.flatMap((file) =>
    readFileSync(path.join(SRC, file), 'utf8')
      .split(/(?=^ +queryKey(?:,|: \[))/m)
      .slice(1)
      .filter((options) => /queryFn[:,]/.test(options))
      .map((options) => ({ file, key: options.split('\n', 1)[0]?.trim(), told: /meta: reads[(<]/.test(options) })),
  )
  expect(queries.length).toBeGreaterThan(15)
  // The list of clusters is fixed when Registree starts.
  expect(queries.filter(({ told, key }) => !told && key !== "queryKey: ['clusters'],")).toEqual([])
})
