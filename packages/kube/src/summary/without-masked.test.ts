// What is applied again holds no masks: masked members are left out and named.
import { expect, test } from 'vitest'
import { decode, maskDecoded } from '../open.ts'
import { withoutMasked } from './without-masked.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)
const KEY_PEM = `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC'.repeat(8)}\n-----END PRIVATE KEY-----\n`

function applied(key: string, object: unknown) {
  const raw = utf8(JSON.stringify(object))
  const decoded = decode(raw, { key: utf8(key) })
  const masked = maskDecoded(decoded, { key: utf8(key), reveal: false, salt: new Uint8Array(32), raw })
  const { object: shown, left } = withoutMasked(masked.decoded.object ?? {}, decoded.object ?? {})
  return { shown: JSON.parse(JSON.stringify(shown)) as Record<string, unknown>, left }
}

test('a Secret keeps its shape and loses its data', () => {
  const { shown, left } = applied('/registry/secrets/shop/login', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'login', namespace: 'shop' },
    data: { 'password.txt': 'aGlkZGVuIGhpZGRlbiBoaWRkZW4=' },
    type: 'Opaque',
  })
  expect(left).toEqual([".data['password.txt']"])
  expect(shown).toEqual({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'login', namespace: 'shop' }, data: {}, type: 'Opaque' })
})

test('a text with a key in it is left out as a whole; what is beside it stays', () => {
  const { shown, left } = applied('/registry/configmaps/shop/web', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'web' },
    data: { 'tls.key': `before\n${KEY_PEM}`, 'web.conf': 'port 80' },
  })
  expect(left).toEqual([".data['tls.key']"])
  expect(shown.data).toEqual({ 'web.conf': 'port 80' })
})

test('where nothing is masked nothing is left out, numbers beyond a double included', () => {
  const raw = utf8('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"n"},"big":9007199254740993,"list":[1,{"a":null}]}')
  const decoded = decode(raw)
  const copy = decode(raw)
  expect(withoutMasked(copy.object ?? {}, decoded.object ?? {}).left).toEqual([])
})
