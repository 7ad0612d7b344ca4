// Endpoints of every form, as gRPC, HTTP and a plain socket need them.
import { expect, test } from 'vitest'
import { targetOf } from './target.ts'

test.each([
  ['http://10.0.0.1:2379', { secure: false, grpc: '10.0.0.1:2379', socket: { host: '10.0.0.1', port: 2379 }, serverName: null }],
  ['https://[::1]:2379', { secure: true, grpc: '[::1]:2379', socket: { host: '::1', port: 2379 }, serverName: null }],
  ['https://etcd.example:443', { secure: true, grpc: 'etcd.example:443', socket: { host: 'etcd.example', port: 443 }, serverName: null }],
  ['http://a:80', { secure: false, grpc: 'a:80', socket: { host: 'a', port: 80 }, serverName: null }],
  ['unix:///run/kine.sock', { secure: false, grpc: 'unix:/run/kine.sock', socket: { path: '/run/kine.sock' }, serverName: null }],
  ['unixs:///run/etcd-0', { secure: true, grpc: 'unix:/run/etcd-0', socket: { path: '/run/etcd-0' }, serverName: 'etcd-0' }],
])('%s', (endpoint, target) => {
  expect(targetOf(endpoint)).toEqual(target)
})
