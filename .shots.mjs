// node .shots.mjs BASE OUTDIR LOCALES(paths file) : one shot per page × language × width, light and dark by turns
import { chromium } from '@playwright/test'
import { readFileSync } from 'node:fs'
const [base, out, locales, pathsFile, widths='1440,390'] = process.argv.slice(2)
const paths = readFileSync(pathsFile, 'utf8').split('\n').filter(Boolean)
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium-headless-shell', args: ['--no-sandbox','--disable-background-networking'] })
let turn = 0
for (const locale of locales.split(',')) for (const width of widths.split(',').map(Number)) {
  const dark = turn++ % 2
  const ctx = await browser.newContext({ viewport: { width, height: width===390?1600:1000 }, colorScheme: dark ? 'dark' : 'light', locale })
  for (const line of paths) {
    const [name, p, action] = line.split(' ')
    const page = await ctx.newPage()
    page.on('pageerror', e => console.log(p, 'pageerror:', e.message))
    try {
      await page.goto(base + p)
      await page.waitForLoadState('networkidle', { timeout: 4000 }).catch(()=>{})
      await page.waitForTimeout(250)
      if (action) { if (action.startsWith('/:')) { await page.keyboard.press('/'); await page.waitForTimeout(300); await page.keyboard.type(action.slice(2)); await page.waitForTimeout(800) } else { await page.keyboard.press(action); await page.waitForTimeout(500) } }
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      if (over > 0) console.log('WIDER', over, locale, width, p)
      await page.screenshot({ path: `${out}/${name}-${locale}-${width}.png` })
    } catch (e) { console.log('FAILED', p, e.message) }
    await page.close()
  }
  await ctx.close()
}
await browser.close()
