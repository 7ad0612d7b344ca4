// The top line: where one is, as links; the way to anywhere; language, theme and time zone.

import { LANGUAGES, type Language } from '@registree/messages'
import { ChevronRight, Clock, Languages, Menu as MenuIcon, Monitor, Moon, Search, Sun } from 'lucide-react'
import { Fragment, type ReactNode } from 'react'
import { language, switchLanguage } from '../../i18n/language.ts'
import { text } from '../../i18n/text.ts'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { setTheme, type Theme, useTheme } from '../../lib/theme.ts'
import { setZone, useZone } from '../../lib/time.ts'
import { Button } from '../../ui/Button.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Menu, MenuChoice } from '../../ui/Menu.tsx'

const languages = (Object.keys(LANGUAGES) as Language[]).map((value) => ({ value, label: LANGUAGES[value].name }))

export type Crumb = { id: string; label: ReactNode; href: string }

export function TopLine({
  crumbs,
  onSearch,
  onMenu,
  narrow,
}: {
  crumbs: readonly Crumb[]
  onSearch: () => void
  onMenu: () => void
  narrow: boolean
}) {
  const theme = useTheme()
  const zone = useZone()
  const ThemeIcon = { system: Monitor, light: Sun, dark: Moon }[theme]
  return (
    <header className="flex h-11 shrink-0 items-center gap-1 border-b border-line bg-surface px-2">
      {narrow && (
        <IconButton label={text.nav.open} onClick={onMenu}>
          <MenuIcon size={16} aria-hidden />
        </IconButton>
      )}
      <nav aria-label={text.nav.breadcrumbs} className="flex min-w-0 flex-1 justify-start overflow-hidden">
        <ol className="flex max-w-full min-w-0 items-center overflow-hidden px-1">
          {crumbs.map((crumb, i) => (
            <Fragment key={crumb.id}>
              <li
                className={
                  i === crumbs.length - 1
                    ? 'min-w-10 shrink-[999] truncate'
                    : narrow && i < crumbs.length - 2
                      ? 'hidden'
                      : 'max-w-[14rem] min-w-6 shrink truncate'
                }
              >
                <LinkTo
                  href={crumb.href}
                  aria-current={i === crumbs.length - 1 ? 'page' : undefined}
                  className={`inline-block h-6 max-w-full truncate rounded px-1 align-middle leading-6 no-underline hover:bg-hover hover:text-ink ${i === crumbs.length - 1 ? 'text-ink' : 'text-soft'}`}
                >
                  {crumb.label}
                </LinkTo>
              </li>
              {i < crumbs.length - 1 && (
                <li aria-hidden className={narrow && i < crumbs.length - 2 ? 'hidden' : 'shrink-0 text-faint'}>
                  <ChevronRight size={13} />
                </li>
              )}
            </Fragment>
          ))}
        </ol>
      </nav>
      {narrow ? (
        <IconButton label={text.searchButton} onClick={onSearch}>
          <Search size={16} aria-hidden />
        </IconButton>
      ) : (
        <button
          type="button"
          onClick={onSearch}
          className="flex h-7 w-64 shrink-0 items-center gap-2 rounded border border-line-strong/60 bg-surface px-2 text-left text-faint hover:bg-hover"
        >
          <Search size={14} aria-hidden />
          <span className="min-w-0 flex-1 truncate">{text.searchButton}</span>
          <kbd className="rounded border border-line px-1 font-mono text-xs">/</kbd>
        </button>
      )}
      {!narrow && (
        <Button
          tone="quiet"
          icon={<Clock size={14} aria-hidden />}
          aria-label={`${text.zone.now({ zone: zone === 'utc' ? text.zone.utc : text.zone.local })}${text.punctuation.sentences}${text.zone.action}`}
          onClick={() => setZone(zone === 'utc' ? 'local' : 'utc')}
        >
          <span className="w-9 text-left">{zone === 'utc' ? text.zone.utc : text.zone.local}</span>
        </Button>
      )}
      {!narrow && (
        <Menu
          align="end"
          trigger={
            <button
              type="button"
              aria-label={text.language}
              className="inline-flex size-7 shrink-0 items-center justify-center rounded text-soft hover:bg-hover hover:text-ink"
            >
              <Languages size={16} aria-hidden />
            </button>
          }
        >
          <MenuChoice<Language> value={language} onChange={switchLanguage} choices={languages} />
        </Menu>
      )}
      <Menu
        align="end"
        trigger={
          <button
            type="button"
            aria-label={text.theme.label}
            className="inline-flex size-7 shrink-0 items-center justify-center rounded text-soft hover:bg-hover hover:text-ink"
          >
            <ThemeIcon size={16} aria-hidden />
          </button>
        }
      >
        <MenuChoice<Theme>
          value={theme}
          onChange={setTheme}
          choices={[
            { value: 'system', label: text.theme.system },
            { value: 'light', label: text.theme.light },
            { value: 'dark', label: text.theme.dark },
          ]}
        />
        {narrow && (
          <div className="mt-1 border-t border-line pt-1">
            <MenuChoice
              value={zone}
              onChange={setZone}
              choices={[
                { value: 'utc', label: text.zone.utc },
                { value: 'local', label: text.zone.local },
              ]}
            />
            <div className="mt-1 border-t border-line pt-1">
              <MenuChoice<Language> value={language} onChange={switchLanguage} choices={languages} />
            </div>
          </div>
        )}
      </Menu>
    </header>
  )
}
