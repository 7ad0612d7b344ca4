// Answers are what their handlers return, as JSON. Fastify would compile each route's schema into a serialiser and a validator for its unions: the
// first page of a key waited 0.2 s for that. TypeScript checks the types, and the tests every answer against its schema.
import type { SerializerSelector } from '@fastify/fast-json-stringify-compiler'

export type SerializerFactory = ReturnType<typeof SerializerSelector>

export function plainSerializers(): SerializerFactory {
  return () => () => JSON.stringify
}
