// For tests: an answer that is not exactly what the schema of its route says fails with 500, so that the description of the API stays true.
import { isDeepStrictEqual } from 'node:util'
import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'
import type { SerializerFactory } from '../http/plain-serializers.ts'

export function checkedSerializers(): SerializerFactory {
  const build = SerializerSelector()
  return (schemas, options) => {
    const compile = build(schemas, options)
    return (route) => {
      let bySchema: ReturnType<typeof compile> | undefined
      return (answer) => {
        bySchema ??= compile(route)
        const told = JSON.stringify(answer)
        const place = difference(JSON.parse(bySchema(answer)), JSON.parse(told))
        if (place === null) return told
        // The error of an answer is not told to the client: a test would only see its 500.
        const says = `the answer of ${route.method} ${route.url} is not what its schema says: ${place}`
        process.stderr.write(`${says}\n`)
        throw new Error(says)
      }
    }
  }
}

/** The first place where two values differ, with both; null if none does. */
function difference(described: unknown, told: unknown, path = ''): string | null {
  if (isDeepStrictEqual(described, told)) return null
  if (isObject(described) && isObject(told)) {
    for (const name of new Set([...Object.keys(described), ...Object.keys(told)])) {
      const found = difference(described[name], told[name], `${path}/${name}`)
      if (found !== null) return found
    }
  }
  return `${path} is ${JSON.stringify(told)}, and by the schema ${JSON.stringify(described)}`
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
