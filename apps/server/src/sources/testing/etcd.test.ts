// What did not start must not stay: an etcd that a failed test leaves behind takes ports and memory until somebody ends it.
import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { hasEtcd, startEtcd, startThree } from './etcd.ts'

/** The etcd processes that belong to this one. */
function children(): string[] {
  const lines = execFileSync('ps', ['-e', '-o', 'ppid=,comm=,pid='], { encoding: 'utf8' }).split('\n')
  return lines
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([parent, name, pid = '']) => (parent === String(process.pid) && name === 'etcd' ? pid : []))
}

describe.skipIf(!hasEtcd())('an etcd that does not start', () => {
  /** Those of tests that failed before, in this process. */
  const others = new Set(children())
  const left = () => children().filter((pid) => !others.has(pid))

  it('leaves no member of three running', async () => {
    await expect(startThree({ advertised: () => 'no address' })).rejects.toThrow('m2 did not start')
    expect(left()).toEqual([])
  })

  it('leaves none of one', async () => {
    await expect(startEtcd({ flags: ['--no-such-flag'] })).rejects.toThrow('did not start')
    expect(left()).toEqual([])
  })
})
