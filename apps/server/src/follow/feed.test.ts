// Who receives what: current listeners, and returning pages what they missed.
import { expect, test } from 'vitest'
import { Feed } from './feed.ts'

const publish = (feed: Feed<string>, ...news: string[]) => {
  for (const one of news) feed.publish(() => one)
}

test('a page that returns with its token gets what it missed, in order', () => {
  const feed = new Feed<string>({ mostHistory: 10 })
  publish(feed, 'a')
  const { token } = feed
  expect(feed.after(token)).toEqual([])
  publish(feed, 'b', 'c')
  expect(feed.after(token)).toEqual(['b', 'c'])
})

test('unknown history is not guessed: too old, another epoch, no token', () => {
  const feed = new Feed<string>({ mostHistory: 2 })
  const { token } = feed
  publish(feed, 'a', 'b')
  expect(feed.after(token)).toEqual(['a', 'b'])
  publish(feed, 'c')
  expect(feed.after(token)).toBeNull()
  const { token: last } = feed
  feed.restart()
  expect([last, null, '', 'x.y', 'x'].map((one) => feed.after(one))).toEqual([null, null, null, null, null])
})

test('unnumbered news reaches current listeners only', () => {
  const feed = new Feed<string>({ mostHistory: 10 })
  const heard: string[] = []
  const leave = feed.listen((news) => heard.push(news))
  const { token } = feed
  feed.tell('now')
  feed.publish((at) => `published as ${at === feed.token}`)
  expect(heard).toEqual(['now', 'published as true'])
  expect(feed.after(token)).toEqual(['published as true'])
  expect([leave(), leave(), feed.listeners]).toEqual([true, false, 0])
  feed.tell('later')
  expect(heard).toHaveLength(2)
})
