// An answer is sent as it is, and in tests an answer that its schema does not describe fails.
import Fastify from 'fastify'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { checkedSerializers } from '../testing/checked-serializers.ts'
import { plainSerializers, type SerializerFactory } from './plain-serializers.ts'

async function answerOf(buildSerializer: SerializerFactory, answer: unknown): Promise<{ status: number; answer: unknown }> {
  const app = Fastify({ schemaController: { compilersFactory: { buildSerializer } } })
  app.get('/', { schema: { response: { 200: Type.Object({ a: Type.Array(Type.Object({ b: Type.String() })) }) } } }, async () => answer)
  const reply = await app.inject('/')
  await app.close()
  return { status: reply.statusCode, answer: reply.json() }
}

test('answers are what handlers return', async () => {
  for (const answer of [{ a: [] }, { a: [{ b: 'x', c: 1 }] }])
    expect(await answerOf(plainSerializers(), answer)).toEqual({ status: 200, answer })
})

test('tests find an answer that is not as described', async () => {
  const fits = { a: [{ b: 'x' }, { b: '' }] }
  expect(await answerOf(checkedSerializers(), fits)).toEqual({ status: 200, answer: fits })
  expect(await answerOf(checkedSerializers(), { a: [{ b: 'x', c: 1 }] })).toMatchObject({
    status: 500,
    answer: { message: expect.stringContaining('/a/0/c is 1, and by the schema undefined') },
  })
})
