// How a question is parsed, and that its normal form parses the same.
import { expect, test } from 'vitest'
import { parseLookup } from './lookup-question.ts'

test.each([
  ['172.30.77.5', 'address', '172.30.77.5'],
  [' 172.30.77.5 ', 'address', '172.30.77.5'],
  ['172.30.77.5:8080', 'address', '172.30.77.5:8080'],
  ['fd00:0::0:7', 'address', 'fd00::7'],
  ['[fd00::7]', 'address', 'fd00::7'],
  ['[fd00::7]:443', 'address', '[fd00::7]:443'],
  ['fe80::1%eth0', 'address', 'fe80::1'],
  ['http://172.30.77.5:8080/healthz?x=1', 'address', '172.30.77.5:8080'],
  ['https://[fd00::7]:443/', 'address', '[fd00::7]:443'],
  ['172.30.77.9/24', 'network', '172.30.77.0/24'],
  ['fd00::/64', 'network', 'fd00::/64'],
  ['30080', 'port', '30080'],
  [':30080', 'port', '30080'],
  ['port 30080', 'port', '30080'],
  ['web.shop.svc', 'host', 'web.shop.svc'],
  ['web.shop.svc.cluster.local.', 'host', 'web.shop.svc.cluster.local'],
  ['Web.Example.COM:8443', 'host', 'web.example.com:8443'],
  ['https://user:secret@web.example.com/path', 'host', 'web.example.com'],
  ['_http._tcp.web.shop.svc', 'host', '_http._tcp.web.shop.svc'],
  ['*.example.com', 'host', '*.example.com'],
  ['worker-1', 'host', 'worker-1'],
])('%j is the %s %s', (text, kind, written) => {
  const question = parseLookup(text)
  expect(question).toMatchObject({ kind, text: written })
  expect(parseLookup(written)).toEqual(question)
})

test.each([
  '',
  '0',
  '65536',
  '99999',
  '172.30.36',
  '1.2.3.256',
  '172.30.77.5:0',
  '172.30.77.0/33',
  '[fd00::7',
  'a b',
  'web:',
  'web:x',
  '-web',
  '/registry/pods',
  'pods/shop/web',
  'über.example',
  'a..b',
])('%j is no question', (text) => expect(parseLookup(text)).toBeNull())
