// A key's HTML as if etcd had not answered in time: without the value, so that the page requests it, and a test may answer.
import type { Page } from '@playwright/test'

export const withoutAnswer = (page: Page, path: string) =>
  page.route(path, async (route) => {
    const response = await route.fetch()
    const body = (await response.text()).replace(/<script[^>]* id="answer">.*?<\/script>/s, '')
    await route.fulfill({ response, body })
  })
