// Compiles the answer schema of a route when the route first answers: compiling all of them took a third of the server's start.
import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'

type SerializerFactory = ReturnType<typeof SerializerSelector>

/** Fastify’s own compiler, postponed. A schema that cannot be compiled fails the answers of its route alone. */
export function lazySerializers(): SerializerFactory {
  const build = SerializerSelector()
  return (schemas, options) => {
    const compile = build(schemas, options)
    return (route) => {
      let serialize: ReturnType<typeof compile> | undefined
      return (answer) => {
        serialize ??= compile(route)
        return serialize(answer)
      }
    }
  }
}
