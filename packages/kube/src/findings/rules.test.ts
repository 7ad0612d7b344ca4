// Every rule of this folder runs.
import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { RULES } from './rules.ts'

test('every rule that a file here exports is in RULES', async () => {
  const files = readdirSync(new URL('.', import.meta.url)).filter((name) => /^[a-z-]+\.ts$/.test(name))
  const modules: object[] = await Promise.all(files.map((name) => import(new URL(name, import.meta.url).href)))
  const exported = modules.flatMap((module) => Object.values(module)).filter((value) => typeof value?.start === 'function')
  expect(exported.length).toBeGreaterThan(10)
  expect(exported.map(({ id }) => id).sort()).toEqual(RULES.map(({ id }) => id).sort())
})
